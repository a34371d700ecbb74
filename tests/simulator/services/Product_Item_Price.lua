-- Prices.

return { methods = {} }
