local errors = require "errors"
local sl = require "softlayer"

description = [[
The cid of the VM that this process runs on, as the metadata service of the private network tells it.
]]
arguments = {}
effect = "read"
timeout = 60

function run()
  local id = must(sl.Resource_Metadata:getId())
  if not id then error(errors.cloud "the metadata service does not know this machine") end
  return tostring(id)
end
