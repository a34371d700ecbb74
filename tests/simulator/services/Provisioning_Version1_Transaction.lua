-- Transactions, seen by their own id.

return { methods = {} }
