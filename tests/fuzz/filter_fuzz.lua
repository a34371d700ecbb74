-- Any JSON text as an object filter of a list of VLANs and of images: a compiled filter or a reason why it
-- has no effect. Applied, it gives each element at most once; it never raises, and no expression takes long.
local cloud  = require "slsim.cloud"
local errors = require "slsim.errors"
local filter = require "slsim.filter"
local json   = require "core.json"
local users  = require "slsim.model.users"
local world  = require "slsim.world"

cloud.start { speed = 0, epoch = 1.7e9, seed = 1, lag = 0, latency = 0, provision = 240, reclaim = 600 }

local read = world.reader()

local function passed(compiled, list)
  local ok, kept = pcall(filter.apply, compiled, list, nil, read)
  if ok then return kept end
  if not errors.is(kept) then error(kept, 0) end
  return {}
end

local function check(decoded, root_type, root, list)
  local compiled, reason = filter.parse(decoded, root_type, root, 1.7e9)
  assert(compiled or type(reason) == "string", "neither a filter nor a reason")
  local known, seen = {}, {}
  for _, object in ipairs(list) do known[object] = true end
  for _, object in ipairs(passed(compiled, list)) do
    assert(known[object] and not seen[object], "an element that is not of the list, or comes twice")
    seen[object] = true
  end
end

return function(text)
  local decoded = json.decode(text)
  if decoded == nil then return end
  check(decoded, "SoftLayer_Account", "networkVlans", read(users.account(), "networkVlans"))
  check(decoded, "SoftLayer_Virtual_Guest_Block_Device_Template_Group", nil, read(users.account(), "blockDeviceTemplateGroups"))
end
