--- VLANs by the pods that they are in.

local row = require "doctor.row"

local network = {}

-- "bcr01a.dal13" and "fcr01a.dal13" are the routers of pod 01.
local function pod_of(vlan)
  local name, place = (vlan.primaryRouter and vlan.primaryRouter.hostname or ""):match "^%a+(%d+)%a*%.?(.*)$"
  return name and { name = "pod" .. name, place = place }
end

local function count(vlans, datacenter)
  local pods, names = {}, {}
  for _, vlan in ipairs(vlans) do
    local pod = pod_of(vlan)
    local name = not pod and "no pod" or datacenter and pod.name or pod.place .. "." .. pod.name
    if not pods[name] then pods[name], names[#names + 1] = { PRIVATE = 0, PUBLIC = 0 }, name end
    local space = vlan.networkSpace or "unknown"
    pods[name][space] = (pods[name][space] or 0) + 1
  end
  table.sort(names)
  return pods, names
end

--- A line about the VLANs of a datacenter, or of all. One pod must have both sides of a VM.
---@param vlans table[] id, networkSpace, primaryRouter.hostname
---@param datacenter string?
---@return Row
function network.row(vlans, datacenter)
  local where = datacenter and " in " .. datacenter or ""
  if #vlans == 0 then return row.ok("VLANs", ("none%s yet; the first VM gets a pair of its own"):format(where)) end
  local pods, names = count(vlans, datacenter)
  local parts = {}
  for i, name in ipairs(names) do
    parts[i] = ("%s (%d private, %d public)"):format(name, pods[name].PRIVATE, pods[name].PUBLIC)
  end
  return row.ok("VLANs", ("%d%s: %s"):format(#vlans, where, table.concat(parts, ", ")))
end

return network
