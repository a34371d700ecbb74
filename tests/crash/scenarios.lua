--- The actions that are killed: what is there before, the request, whether its answer is right, and how it all ends.
--
-- Each is a row: action, kind; `begin(c)` prepares and gives the request, `check(c, result)` raises what is wrong with
-- the answer or the account, `finish(c, result)` gives everything back. `c` is a crash.case.

local agent = require "support.agent"
local json = require "core.json"
local requests = require "support.requests"

local AGENT = "a5a36b3c-2b7e-4f1b-9d0a-6d1c2a3b4c5d"
local PUBLIC, PRIVATE = 524956, 524954 -- VLANs of slsim's account in lon02
local KEY = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC3 crash@example.com"

local function same(expected, found, what)
  expected, found = json.encode(expected), json.encode(found)
  if expected ~= found then error(("%s: %s instead of %s"):format(what, found, expected), 0) end
end

local function dynamic(vlans)
  return { type = "dynamic", cloud_properties = { vlan_ids = json.array(vlans or {}) },
    default = json.array { "dns", "gateway" } }
end

local function manual(ip) return { type = "manual", ip = ip, cloud_properties = {} } end
local function vip(ip) return { type = "vip", ip = ip, cloud_properties = {} } end

local function portable(c)
  return c:subnet { kind = "portable", space = "PRIVATE", vlan = PRIVATE }.addresses[1]
end
local function static(c) return c:subnet { kind = "static", datacenter = "lon02" }.addresses[1] end

local function create_vm(networks, properties, env)
  local all = { datacenter = "lon02", cpu = 1, memory = 1024, domain = "example.com" }
  for name, value in pairs(properties or {}) do all[name] = value end
  return requests.create_vm { agent_id = AGENT, stemcell = "879741", properties = all, networks = networks, env = env }
end

local function version_1(request)
  request.api_version, request.context.vm = 1, nil
  return request
end

local function tags_of(c, cid)
  local names = {}
  for i, reference in ipairs(c.w.sim:api("SoftLayer_Virtual_Guest/" .. cid .. "/getObject", "tagReferences.tag.name").tagReferences) do
    names[i] = reference.tag.name
  end
  table.sort(names)
  return json.array(names)
end

local function notes_of(c, cid)
  return c.w.sim:api("SoftLayer_Network_Storage/" .. cid .. "/getObject", "notes").notes
end

local function address(c, ip)
  return c.w.sim:api("SoftLayer_Network_Subnet_IpAddress/getByIpAddress", "note,subnet.endPointIpAddress.ipAddress", { ip })
end

-- The one guest that is paid for is the one of the answer, complete.
local function check_guest(c, result)
  local cid = type(result) == "table" and result[1] or result
  same({ cid }, c:ids "guests", "guests")
  same(AGENT, agent.settings(c.w.sim, cid).agent_id, "agent_id")
  return cid
end

local function delete_guest(c, result)
  c:ask("delete_vm", type(result) == "table" and result[1] or result)
end

local function created(kind, begin, check)
  return { action = "create_vm", kind = kind, begin = begin, finish = delete_guest, check = function(c, result)
    local cid = check_guest(c, result)
    if check then check(c, cid) end
  end }
end

local function check_note(ip_of)
  return function(c, cid)
    local note = address(c, c[ip_of]).note
    if not tostring(note):find("vm:" .. cid, 1, true) then error(("the note is '%s'"):format(note), 0) end
  end
end

-- A volume of an answer: the only one.
local function check_volume(c, cid) same({ cid }, c:ids "volumes", "volumes") end
local function delete_volume(c, cid) c:ask("delete_disk", cid) end

local function disk(kind, properties)
  return { action = "create_disk", kind = kind, check = check_volume, finish = delete_volume, begin = function()
    return requests.of("create_disk", 20480, properties)
  end }
end

-- What the actions on a volume begin and end with.
local function on_volume(action, kind, fields, request, check)
  return { action = action, kind = kind, check = check, finish = function(c) delete_volume(c, c.disk) end,
    begin = function(c)
      c.disk = c:volume(fields)
      return request(c)
    end }
end

local function size_of(c)
  local volume = c.w.sim:api("SoftLayer_Network_Storage/" .. c.disk .. "/getObject", "capacityGb,provisionedIops")
  return { volume.capacityGb, tonumber(volume.provisionedIops) }
end

local function changed(size, iops)
  return function(c) same({ size, iops }, size_of(c), "size and IOPS") end
end

local function hosts(n) return function(c) same(n, c:inventory().volumes[1].hosts or 0, "hosts of the volume") end end

local function on_both(action, begin, check)
  return { action = action, kind = "", begin = function(c)
    c.vm, c.disk = c:guest(), c:volume()
    return begin(c)
  end, check = check, finish = function(c)
    c:ask("detach_disk", c.vm, c.disk)
    same(0, c:inventory().volumes[1].hosts or 0, "hosts after detach_disk")
    c:ask("delete_disk", c.disk)
    c:ask("delete_vm", c.vm)
  end }
end

local function deleted(kind, networks)
  return { action = "delete_vm", kind = kind, check = function() end, finish = function() end, begin = function(c)
    return requests.of("delete_vm", c:result(create_vm(networks(c)))[1])
  end }
end

local function on_guest(action, request, check)
  return { action = action, kind = "", check = check, finish = function(c) c:ask("delete_vm", c.vm) end,
    begin = function(c)
      c.vm = c:guest()
      return request(c)
    end }
end

local function nothing() end

return {
  created("v1", function() return version_1(create_vm { default = dynamic() }) end),
  created("v2", function() return create_vm { default = dynamic() } end),
  created("manual", function(c)
    c.ip = portable(c)
    return create_vm { default = manual(c.ip) }
  end, check_note "ip"),
  created("vip", function(c)
    c.ip = static(c)
    return create_vm { default = dynamic(), public = vip(c.ip) }
  end, function(c, cid)
    check_note "ip"(c, cid)
    if not address(c, c.ip).subnet.endPointIpAddress then error("the vip leads nowhere", 0) end
  end),
  created("two VLANs", function() return create_vm { default = dynamic { PUBLIC, PRIVATE } } end),
  created("ephemeral disk", function() return create_vm({ default = dynamic() }, { ephemeral_disk_size = 20 }) end,
    function(c, cid) same("/dev/xvdc", agent.settings(c.w.sim, cid).disks.ephemeral, "ephemeral disk") end),
  created("new SSH key", function() return create_vm({ default = dynamic() }, { ssh_keys = json.array { KEY } }) end,
    function(c, cid)
      same(2, #c:inventory().ssh_keys, "SSH keys")
      same(1, #c.w.sim:api("SoftLayer_Virtual_Guest/" .. cid .. "/getSshKeys", "id"), "SSH keys of the guest")
    end),
  created("tags", function()
    return create_vm({ default = dynamic() }, nil, { bosh = { tags = { owner = "ada", team = "cf" } } })
  end, function(c, cid) same({ "owner:ada", "team:cf" }, tags_of(c, cid), "tags") end),

  deleted("dynamic", function() return { default = dynamic() } end),
  deleted("manual, vip", function(c)
    return { default = manual(portable(c)), other = dynamic { PUBLIC, PRIVATE }, public = vip(static(c)) }
  end),
  on_guest("set_vm_metadata", function(c) return requests.of("set_vm_metadata", c.vm, { job = "web", index = 0 }) end,
    function(c) same({ "index:0", "job:web" }, tags_of(c, c.vm), "tags") end),
  on_guest("reboot_vm", function(c) return requests.of("reboot_vm", c.vm) end, nothing),

  disk("performance", { iops = 300, datacenter = "ams01" }),
  disk("endurance", { tier = 2, datacenter = "ams01" }),
  disk("snapshot space", { tier = 4, snapshot_space = 20, datacenter = "ams01" }),
  on_both("attach_disk", function(c) return requests.of("attach_disk", c.vm, c.disk) end, function(c, result)
    same(c.disk, result.id, "the hint's disk")
    hosts(1)(c)
  end),
  on_both("detach_disk", function(c)
    c:ask("attach_disk", c.vm, c.disk)
    return requests.of("detach_disk", c.vm, c.disk)
  end, hosts(0)),
  { action = "delete_disk", kind = "", check = nothing, finish = nothing, begin = function(c)
    return requests.of("delete_disk", c:ask("create_disk", 20480, { tier = 2, datacenter = "ams01" }))
  end },
  on_volume("snapshot_disk", "", { snapshot_space = 20 }, function(c)
    return requests.of("snapshot_disk", c.disk, { deployment = "cf" })
  end, function(c, cid)
    same({ cid }, c:ids "snapshots", "snapshots")
    c:ask("delete_snapshot", cid)
  end),
  on_volume("delete_snapshot", "", { snapshot_space = 20 }, function(c)
    return requests.of("delete_snapshot", c:ask("snapshot_disk", c.disk, {}))
  end, function(c) same(json.array {}, c:ids "snapshots", "snapshots") end),
  on_volume("resize_disk", "", { size = 100, iops = 1000 }, function(c)
    return requests.of("resize_disk", c.disk, 200 * 1024)
  end, changed(200, 1000)),
  on_volume("update_disk", "", { size = 100, iops = 1000 }, function(c)
    return requests.of("update_disk", c.disk, 200 * 1024, { iops = 2000 })
  end, changed(200, 2000)),
  on_volume("set_disk_metadata", "", {}, function(c)
    return requests.of("set_disk_metadata", c.disk, { deployment = "cf", job = "web" })
  end, function(c) same("deployment:cf, job:web", notes_of(c, c.disk), "notes") end),

  { action = "file_volume", kind = "order", begin = function()
    return { command = { "run", "file_volume", "order", "size=40", "tier=4", "datacenter=ams01" } }
  end, check = function(c, text) check_volume(c, text:match "^volume (%d+):") end, finish = function(c, text)
    c:command { "run", "file_volume", "cancel", text:match "^volume (%d+):" }
  end },
}
