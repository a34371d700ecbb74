-- Users of the account.

local errors = require "slsim.errors"
local events = require "slsim.model.events"

local EDITABLE = { firstName = true, lastName = true, email = true, displayName = true, officePhone = true }

return { methods = {
  editObject = { args = "templateObject:object", run = function(user, call, fields)
    for name, value in pairs(fields) do
      if EDITABLE[name] then user[name] = value else errors.public("The property '%s' cannot be changed.", name) end
    end
    events.log(call, "Edit User", "User", user)
    return true
  end },
} }
