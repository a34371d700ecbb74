--- Where a guest goes, and what else its order tells about it: dedicated host, placement group, reserved
--- capacity, transient or not, security groups, boot mode, script. Names become ids in the flight of
--- create_vm; where there is no room, the next way is tried.

local dedicated_host = require "softlayer.dedicated_host"
local errors = require "errors"
local json = require "core.json"
local log = require "core.log"
local refusal = require "softlayer.refusal"
local sl = require "softlayer"

local placement = {}

-- The properties that name something: what, and the list that has it.
local kinds = {
  { "placement group", { "placement_group" }, "Account", "getPlacementGroups" },
  { "reserved capacity group", { "reserved_capacity_group" }, "Account", "getReservedCapacityGroups" },
  { "security group", { "public_security_groups", "private_security_groups" }, "Network_SecurityGroup",
    "getAllObjects" },
}

local function each(value) return type(value) == "table" and value or { value } end

local function names_in(size, properties)
  local names = {}
  for _, property in ipairs(properties) do
    for _, reference in ipairs(each(size[property])) do
      if type(reference) == "string" then names[#names + 1] = reference end
    end
  end
  return names
end

local function id_by_name(what, name, listed)
  local id
  for _, object in ipairs(listed) do
    if object.name == name then
      if id then return nil, errors.cloud("more than one %s is named '%s': say which by its id", what, name) end
      id = object.id
    end
  end
  return id, not id and errors.cloud("there is no %s named '%s', or the account may not see it", what, name) or nil
end

local function ids_of(what, references, listed)
  local ids = {}
  for i, reference in ipairs(each(references)) do
    local id, err = reference, nil
    if type(reference) == "string" then id, err = id_by_name(what, reference, listed) end
    if not id then return nil, err end
    ids[i] = id
  end
  return ids
end

local function on_hosts(hosts, size, pod)
  local fitting, err = dedicated_host.with_room(hosts, size, pod)
  local list = {}
  for i, host in ipairs(fitting or {}) do
    list[i] = { dedicated_host = host.id, what = "dedicated host " .. host.name }
  end
  return fitting and list, err
end

-- The ways to place the guest, the best first; each has a `what` for messages.
local function ways(size, hosts, pod)
  if size.dedicated_host_id then return { { dedicated_host = size.dedicated_host_id } } end
  if size.dedicated_host == dedicated_host.AUTO then return on_hosts(hosts, size, pod) end
  if size.dedicated_host then
    local id, err = id_by_name("dedicated host", size.dedicated_host, hosts)
    return id and { { dedicated_host = id } }, err
  end
  if not size.transient then return { { what = "a guest" } } end
  local normal = size.transient_fallback and { what = "a normal guest" } or nil
  return { { transient = true, what = "a transient guest" }, normal }
end

local function resolve(size, found, pod)
  local common = {}
  for _, kind in ipairs(kinds) do
    for _, property in ipairs(kind[2]) do
      local ids, err = ids_of(kind[1], size[property], found[kind] or {})
      if not ids then return nil, err end
      if #ids > 0 then common[property] = ids end
    end
  end
  local list, err = ways(size, found.hosts or {}, pod)
  for _, way in ipairs(list or {}) do setmetatable(way, { __index = common }) end
  return list, err
end

--- The calls that ask for what the properties name, to be sent in one flight, and what makes the ways to
--- place the guest of their answers.
---@param size table cloud properties
---@return table[] calls
---@return fun(answers: table, pod: string?): table[]?, Error? resolve gets the answers from its first index on, and
---the pod of the VM's VLANs ("01") if they are named
function placement.query(size)
  local calls, wanted = {}, {}
  for _, kind in ipairs(kinds) do
    local names = names_in(size, kind[2])
    if #names > 0 then
      calls[#calls + 1] = sl[kind[3]]:mask("id,name"):filter({ name = names }):later(kind[4])
      wanted[#calls] = kind
    end
  end
  if size.dedicated_host then
    calls[#calls + 1] = dedicated_host.query(size)
    wanted[#calls] = "hosts"
  end
  return calls, function(answers, pod)
    local found = {}
    for i, key in pairs(wanted) do found[key] = answers[i] end
    return resolve(size, found, pod)
  end
end

local function object(id) return id and { id = id } end

local function bind(component, groups)
  if not groups then return component end
  component = component or {}
  component.securityGroupBindings = json.array {}
  for i, id in ipairs(groups) do component.securityGroupBindings[i] = { securityGroup = { id = id } } end
  return component
end

--- Adds to a create template what one way to place the guest says.
---@param template table
---@param size table cloud properties
---@param way table one of those that placement.query's resolve gives
---@return table? template
---@return Error? err
function placement.apply(template, size, way)
  if template.privateNetworkOnlyFlag and way.public_security_groups then
    return nil, errors.cloud "public_security_groups: the VM has a private network only"
  end
  if way.datacenter then template.datacenter = { name = way.datacenter } end
  template.dedicatedHost = object(way.dedicated_host)
  template.placementGroupId = way.placement_group and way.placement_group[1]
  template.reservedCapacityGroup = object(way.reserved_capacity_group and way.reserved_capacity_group[1])
  template.transientGuestFlag = way.transient
  template.primaryNetworkComponent = bind(template.primaryNetworkComponent, way.public_security_groups)
  template.primaryBackendNetworkComponent = bind(template.primaryBackendNetworkComponent, way.private_security_groups)
  template.postInstallScriptUri = size.post_install_script_uri
  if size.boot_mode then
    template.supplementalCreateObjectOptions = template.supplementalCreateObjectOptions or {}
    template.supplementalCreateObjectOptions.bootMode = size.boot_mode
  end
  return template
end

local binding = { "dedicated_host", "dedicated_host_id", "placement_group", "reserved_capacity_group" }

-- What the guest must be near is in its own datacenter: VLANs, addresses, hosts, disks.
local function is_bound(spec)
  for _, property in ipairs(binding) do
    if spec.size[property] then return true end
  end
  for _, network in ipairs(spec.networks) do
    if network.address then return true end
  end
  return spec.plan.public ~= nil or spec.plan.private ~= nil or #spec.disk_cids > 0
end

--- For hooks before `provision` of create_vm: where there is no room, the guest is ordered in another datacenter. One
--- that has disks, or whose properties or networks name VLANs, addresses, a dedicated host, a placement group or
--- reserved capacity, stays in its own.
---@param spec table of create_vm, looked up
---@param datacenter string its name
function placement.also_in(spec, datacenter)
  if is_bound(spec) then return end
  for _, way in ipairs { table.unpack(spec.ways) } do
    if not way.datacenter then
      spec.ways[#spec.ways + 1] = setmetatable({ datacenter = datacenter, what = way.what .. " in " .. datacenter },
        { __index = way })
    end
  end
end

--- Orders by the first way for which there is room.
---@param list table[] ways
---@param order fun(way: table): any raises the API's refusal
---@return any what `order` returns
function placement.first_with_room(list, order)
  for i, way in ipairs(list) do
    local ok, result = pcall(order, way)
    if ok then return result end
    local next_way = list[i + 1]
    if not next_way or not errors.is(result) or not refusal.no_room(result) then error(result, 0) end
    log.warn("no room for %s, so %s is ordered: %s", way.what, next_way.what, result.message)
  end
end

return placement
