-- What became of an upgrade order.

return { methods = {} }
