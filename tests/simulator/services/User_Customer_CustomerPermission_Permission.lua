-- What users can be permitted to do.

local users = require "slsim.model.users"

return { methods = {
  getAllObjects = { static = true, returns = "*User_Customer_CustomerPermission_Permission",
    run = function() return users.permissions() end },
} }
