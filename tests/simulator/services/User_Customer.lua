-- Users of the account.

local auth   = require "slsim.auth"
local errors = require "slsim.errors"
local events = require "slsim.model.events"
local guess  = require "slsim.guess"
local tokens = require "slsim.tokens"
local world  = require "slsim.world"

guess("[C]", "a wrong password answers SoftLayer_Exception_User_Customer_LoginFailed; nobody has a security question")

local EDITABLE = { firstName = true, lastName = true, email = true, displayName = true, officePhone = true }

return { methods = {
  getPortalLoginToken = { static = true, anonymous = true, returns = "Container_User_Customer_Portal_Token",
    args = "username:string password:string securityQuestionId:int? securityQuestionAnswer:string?",
    run = function(_, call, username, password)
      call.user = auth.by_password(username, password)
        or errors.raise("User_Customer_LoginFailed", "Invalid username or password.")
      return world.value("Container_User_Customer_Portal_Token", { userId = call.user.id, user = call.user,
        hash = tokens.issue("portal", call.user, tokens.lifetime()) })
    end },
  editObject = { args = "templateObject:object", run = function(user, call, fields)
    for name, value in pairs(fields) do
      if EDITABLE[name] then user[name] = value else errors.public("The property '%s' cannot be changed.", name) end
    end
    events.log(call, "Edit User", "User", user)
    return true
  end },
} }
