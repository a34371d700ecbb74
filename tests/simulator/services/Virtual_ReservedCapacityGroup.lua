-- Reserved capacity; the account has none, so its ids are unknown.

return { methods = {} }
