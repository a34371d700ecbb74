-- Packages of the catalogue; their contents are getters of their relations.

local world = require "slsim.world"

return { methods = {
  getAllObjects = { static = true, returns = "*Product_Package", run = function(_, call)
    return world.listed("Product_Package", call)
  end },
} }
