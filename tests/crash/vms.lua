--- Scenarios of crash.scenarios: machines.

local agent = require "support.agent"
local json = require "core.json"
local parts = require "crash.parts"
local requests = require "support.requests"

local same, dynamic, create_vm = parts.same, parts.dynamic, parts.create_vm
local AGENT, PUBLIC, PRIVATE = parts.AGENT, parts.PUBLIC, parts.PRIVATE
local KEY = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC3 crash@example.com"

local function manual(ip) return { type = "manual", ip = ip, cloud_properties = {} } end
local function vip(ip) return { type = "vip", ip = ip, cloud_properties = {} } end

local function portable(c)
  return c:subnet { kind = "portable", space = "PRIVATE", vlan = PRIVATE }.addresses[1]
end
local function static(c) return c:subnet { kind = "static", datacenter = "lon02" }.addresses[1] end

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
  on_guest("reboot_vm", function(c) return requests.of("reboot_vm", c.vm) end, parts.nothing),
}
