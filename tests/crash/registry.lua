--- Scenarios of crash.scenarios: an installation with a BOSH registry.

local json = require "core.json"
local parts = require "crash.parts"
local requests = require "support.requests"

local same, dynamic, create_vm = parts.same, parts.dynamic, parts.create_vm

-- The settings in the registry; nil if there are none.
local function registered(c, vm)
  local answer = c.w.sim.client:send({ { url = ("%s/instances/%s/settings"):format(c.w.sim.registry, vm) } })[1]
  return answer.status == 200 and json.decode(json.decode(answer.body).settings) or nil
end

local function disks_of(c, vm)
  local cids = json.array {}
  for cid in pairs(registered(c, vm).disks.persistent or {}) do cids[#cids + 1] = cid end
  return cids
end

local function registry_guest(c) return c:result(create_vm({ default = dynamic() }, { datacenter = "ams01" })) end

local function with_registry(action, begin, check, finish)
  return { action = action, kind = "registry", registry = true, begin = begin, check = check, finish = finish }
end

-- One VM and one volume, and what is registered of them at the end.
local function with_registry_disk(action, begin, wanted)
  return with_registry(action, function(c)
    c.vm, c.disk = registry_guest(c), c:volume()
    return begin(c)
  end, function(c) same(wanted(c), disks_of(c, c.vm), "registered disks") end, function(c)
    c:ask("detach_disk", c.vm, c.disk)
    same(json.array {}, disks_of(c, c.vm), "registered disks after detach_disk")
    c:ask("delete_disk", c.disk)
    c:ask("delete_vm", c.vm)
    same(nil, registered(c, c.vm), "settings after delete_vm")
  end)
end

return {
  with_registry("create_vm", function() return create_vm { default = dynamic() } end, function(c, cid)
    same({ cid }, c:ids "guests", "guests")
    same(parts.AGENT, registered(c, cid).agent_id, "agent_id")
  end, function(c, cid)
    c:ask("delete_vm", cid)
    same(nil, registered(c, cid), "settings after delete_vm")
  end),
  with_registry("delete_vm", function(c)
    c.vm = registry_guest(c)
    return requests.of("delete_vm", c.vm)
  end, function(c) same(nil, registered(c, c.vm), "settings") end, parts.nothing),
  with_registry_disk("attach_disk", function(c) return requests.of("attach_disk", c.vm, c.disk) end,
    function(c) return { c.disk } end),
  with_registry_disk("detach_disk", function(c)
    c:ask("attach_disk", c.vm, c.disk)
    return requests.of("detach_disk", c.vm, c.disk)
  end, function() return json.array {} end),
}
