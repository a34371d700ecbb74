-- Packages of the catalogue; their contents are getters of their relations.

local catalogue = require "slsim.model.catalogue"
local world     = require "slsim.world"

return { methods = {
  getAllObjects = { static = true, returns = "*Product_Package", run = function(_, call)
    return world.listed("Product_Package", call)
  end },
  getItemPrices = { returns = "*Product_Item_Price", root = "itemPrices", root_type = "SoftLayer_Product_Package",
    mask = catalogue.PRICE_MASK, run = function(package) return package.itemPrices end },
} }
