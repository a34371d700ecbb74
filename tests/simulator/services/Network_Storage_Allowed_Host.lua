-- What a host is called when it mounts volumes, and its CHAP secret.

local access = require "slsim.model.storage_access"
local events = require "slsim.model.events"

return { methods = {
  setCredentialPassword = { args = "password:string", run = function(allowed_host, call, text)
    access.set_password(allowed_host, text)
    events.log(call, "Set Credential Password", "Network Storage Allowed Host", allowed_host)
    return true
  end },
} }
