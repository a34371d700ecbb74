-- Security groups: rules checked one by one, and the network components that a group is attached to.

local clock  = require "slsim.clock"
local errors = require "slsim.errors"
local guess  = require "slsim.guess"
local json   = require "core.json"
local parts  = require "slsim.model.template_parts"
local random = require "slsim.random"
local world  = require "slsim.world"

guess("[G]", "security group changes take effect at once; requestId is 13 random hex digits; the texts of the refusals")
guess("[G]", "a security group that is attached, or that another group's rule names, cannot be deleted")

local security_groups = {}

local DIRECTIONS = { ingress = true, egress = true }
local ETHERTYPES = { IPv4 = true, IPv6 = true }
local PROTOCOLS = { tcp = true, udp = true, icmp = true }

local function choice(fields, name, allowed)
  local value = fields[name]
  if parts.given(value) and not allowed[value] then errors.invalid(name, "The value is not allowed.") end
  return parts.given(value) and value or nil
end

local function port_range(rule)
  local low, high = rule.portRangeMin, rule.portRangeMax
  if not low and not high then return end
  if not rule.protocol then errors.invalid("protocol", "A port range needs a protocol.") end
  local least, most = 1, 65535
  if rule.protocol == "icmp" then least, most = 0, 255 end
  for _, port in ipairs { low or high, high or low } do
    if port < least or port > most then errors.invalid("portRangeMin", "The port is out of range.") end
  end
  if rule.protocol ~= "icmp" and (not low or not high or low > high) then
    errors.invalid("portRangeMin", "The minimum must be given and not exceed the maximum.")
  end
end

local function remote(group, rule, fields)
  rule.remoteIp = parts.given(fields.remoteIp) and fields.remoteIp or nil
  rule.remoteGroupId = parts.integer(fields.remoteGroupId, "remoteGroupId")
  if rule.remoteIp and rule.remoteGroupId then
    errors.invalid("remoteIp", "Only one of remoteIp and remoteGroupId may be provided.")
  end
  if rule.remoteIp and not tostring(rule.remoteIp):find("^[%x.:]+/?%d*$") then
    errors.invalid("remoteIp", "An address or a CIDR must be provided.")
  end
  local other = rule.remoteGroupId and world.get("Network_SecurityGroup", rule.remoteGroupId)
  if rule.remoteGroupId and (not other or other.accountId ~= group.accountId) then errors.not_found(rule.remoteGroupId) end
  rule.remoteGroup = other
end

local function checked(group, fields)
  if type(fields) ~= "table" then errors.invalid("rules", "A rule must be an object.") end
  local rule = { direction = choice(fields, "direction", DIRECTIONS), ethertype = choice(fields, "ethertype", ETHERTYPES),
    protocol = choice(fields, "protocol", PROTOCOLS), portRangeMin = parts.integer(fields.portRangeMin, "portRangeMin"),
    portRangeMax = parts.integer(fields.portRangeMax, "portRangeMax") }
  if not rule.direction then
    errors.raise("MissingCreationProperty",
      "The property 'direction' must be set to create an instance of 'SoftLayer_Network_SecurityGroup_Rule'.")
  end
  rule.ethertype = rule.ethertype or "IPv4"
  port_range(rule)
  remote(group, rule, fields)
  return rule
end

local function same(a, b)
  for _, name in ipairs { "direction", "ethertype", "protocol", "portRangeMin", "portRangeMax", "remoteIp", "remoteGroupId" } do
    if a[name] ~= b[name] then return false end
  end
  return true
end

local function rule_of(group, id)
  for i, rule in ipairs(group.rules) do
    if rule.id == math.tointeger(id) then return rule, i end
  end
  errors.not_found(id)
end

local function shown(rule)
  return { id = rule.id, direction = rule.direction, ethertype = rule.ethertype, protocol = rule.protocol,
    portRangeMin = rule.portRangeMin, portRangeMax = rule.portRangeMax, remoteIp = rule.remoteIp,
    remoteGroupId = rule.remoteGroupId, securityGroupId = rule.securityGroupId }
end

local function request() return { requestId = random.hex(13) } end

---@return table group
function security_groups.create(user, fields)
  if not parts.given(fields.name) or fields.name == "" then
    errors.raise("MissingCreationProperty",
      "The property 'name' must be set to create an instance of 'SoftLayer_Network_SecurityGroup'.")
  end
  return world.create("Network_SecurityGroup", { accountId = user.accountId, account = user.account, name = fields.name,
    description = parts.given(fields.description) and fields.description or nil, createDate = clock.time(),
    modifyDate = nil, rules = {}, networkComponentBindings = {}, orderBindings = {} })
end

--- Adds all rules or none.
function security_groups.add_rules(group, list)
  local made = {}
  for i, fields in ipairs(list) do
    made[i] = checked(group, fields)
    for _, rule in ipairs(group.rules) do
      if same(rule, made[i]) then errors.public("The rule already exists in the security group.") end
    end
  end
  local texts = json.array {}
  for i, fields in ipairs(made) do
    fields.securityGroupId, fields.securityGroup, fields.createDate = group.id, group, clock.time()
    local rule = world.create("Network_SecurityGroup_Rule", fields)
    group.rules[#group.rules + 1] = rule
    texts[i] = shown(rule)
  end
  local answer = request()
  answer.rules = json.encode(texts)
  return answer
end

function security_groups.edit_rules(group, list)
  for _, fields in ipairs(list) do
    local rule = rule_of(group, parts.path_of(fields, "id") or 0)
    local merged = shown(rule)
    for name, value in pairs(fields) do merged[name] = value end
    for name, value in pairs(checked(group, merged)) do rule[name] = value end
    rule.modifyDate = clock.time()
  end
  return request()
end

function security_groups.remove_rules(group, ids)
  for _, id in ipairs(ids) do rule_of(group, id) end
  for _, id in ipairs(ids) do
    local rule, at = rule_of(group, id)
    table.remove(group.rules, at)
    world.remove(rule)
  end
  return request()
end

local function component_of(id, user)
  local component = world.get("Virtual_Guest_Network_Component", id)
  if not component or not world.may_see(user, component.guest) then errors.not_found(id) end
  return component
end

local function bound(list, test)
  for i, binding in ipairs(list) do
    if test(binding) then return i, binding end
  end
end

--- Puts a network component into a group.
function security_groups.bind(group, component)
  local binding = world.create("Virtual_Network_SecurityGroup_NetworkComponentBinding", { networkComponentId = component.id,
    networkComponent = component, securityGroupId = group.id, securityGroup = group })
  table.insert(group.networkComponentBindings, binding)
  table.insert(component.securityGroupBindings, binding)
end

local function unbind(binding)
  for _, list in ipairs { binding.networkComponent.securityGroupBindings, binding.securityGroup.networkComponentBindings } do
    table.remove(list, (bound(list, function(other) return other == binding end)))
  end
  world.remove(binding)
end

--- Takes a component that is gone out of all groups.
function security_groups.forget(component)
  while component.securityGroupBindings[1] do unbind(component.securityGroupBindings[1]) end
end

function security_groups.attach(group, ids, user)
  local components = {}
  for i, id in ipairs(ids) do
    components[i] = component_of(id, user)
    if bound(components[i].securityGroupBindings, function(b) return b.securityGroup == group end) then
      errors.public("The network component #%d is already attached to the security group.", id)
    end
  end
  for _, component in ipairs(components) do security_groups.bind(group, component) end
  return request()
end

function security_groups.detach(group, ids, user)
  for _, id in ipairs(ids) do
    local component = component_of(id, user)
    local at, binding = bound(component.securityGroupBindings, function(b) return b.securityGroup == group end)
    if not at then errors.public("The network component #%d is not attached to the security group.", id) end
    unbind(binding)
  end
  return request()
end

function security_groups.delete(group)
  if #group.networkComponentBindings > 0 then errors.public("The security group is attached to network components.") end
  local named = world.find("Network_SecurityGroup_Rule", function(rule)
    return rule.remoteGroup == group and rule.securityGroup ~= group
  end)
  if named then errors.public("The security group is used by a rule of security group #%d.", named.securityGroupId) end
  for _, rule in ipairs(group.rules) do world.remove(rule) end
  world.remove(group)
end

return security_groups
