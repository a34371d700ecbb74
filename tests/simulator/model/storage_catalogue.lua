-- The packages that storage is ordered from.

local legacy = require "slsim.model.storage_legacy"
local prices = require "slsim.model.storage_prices"
local saas   = require "slsim.model.storage_saas"

return { seed = function()
  prices.seed_categories()
  saas.seed()
  legacy.seed()
end }
