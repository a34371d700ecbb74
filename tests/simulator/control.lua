-- The control routes: what a test does to the simulated cloud rather than to the API. One table in
-- docs/slsim.md lists them.

local clock        = require "slsim.clock"
local dates        = require "slsim.dates"
local faults       = require "slsim.faults"
local guests       = require "slsim.model.guests"
local journal      = require "slsim.journal"
local json         = require "core.json"
local places       = require "slsim.model.places"
local settings     = require "slsim.settings"
local storage_extra = require "slsim.model.storage_extra"
local subnet_extra = require "slsim.model.subnet_extra"
local tickets      = require "slsim.model.tickets"
local tokens       = require "slsim.tokens"
local transactions = require "slsim.transactions"
local users        = require "slsim.model.users"
local webhook      = require "slsim.model.webhook"
local world        = require "slsim.world"

local control = {}

local function bad(text) error({ control = text }, 0) end

local function summary(kind, object)
  return { kind = kind, id = object.id, hostname = object.hostname, name = object.name or object.username,
    billed = object.billingItem ~= nil, order = object.__order and object.__order.id or nil,
    transaction = object.activeTransaction and object.activeTransaction.transactionStatus.name or nil,
    size = object.capacityGb, hosts = object.__hosts and #object.__hosts, notes = object.notes,
    private_ip = object.primaryBackendIpAddress, public_ip = object.primaryIpAddress }
end

local function summaries(kind, matches)
  local list = json.array {}
  for _, object in ipairs(world.all(kind)) do
    if not matches or matches(object) then list[#list + 1] = summary(kind, object) end
  end
  return list
end

local routes = {}

routes["GET inventory"] = function()
  local mine = users.ACCOUNT
  local billed = 0
  for _, item in ipairs(world.all("Billing_Item")) do
    if not item.cancellationDate and not item.parent then billed = billed + 1 end
  end
  local keys, orders = json.array {}, json.array {}
  for i, key in ipairs(world.all("Security_Ssh_Key")) do keys[i] = { id = key.id, label = key.label } end
  for i, order in ipairs(world.all("Billing_Order")) do
    orders[i] = { id = order.id, status = order.status, hostname = order.items[1] and order.items[1].hostName or nil }
  end
  return { guests = summaries("Virtual_Guest"), hardware = summaries("Hardware"),
    volumes = summaries("Network_Storage", function(volume) return volume.nasType ~= "SNAPSHOT" end),
    snapshots = summaries("Network_Storage", function(volume) return volume.nasType == "SNAPSHOT" end),
    images = summaries("Virtual_Guest_Block_Device_Template_Group", function(image)
      return image.accountId == mine and not image.parentId
    end),
    ssh_keys = keys, orders = orders, tickets = #world.all("Ticket"), billed = billed }
end

local function clock_state()
  return { now = clock.now(), speed = clock.speed(), iso = dates.writer(dates.zone("UTC"))(clock.time()) }
end
routes["GET clock"] = clock_state
routes["POST advance"] = function(body)
  local seconds = tonumber(body.seconds)
  if not seconds or seconds < 0 then bad("seconds must be a number that is not negative") end
  clock.advance(seconds)
  return clock_state()
end
routes["POST speed"] = function(body)
  if not tonumber(body.speed) or body.speed < 0 then bad("speed must be a number that is not negative") end
  clock.set_speed(body.speed)
  return clock_state()
end

routes["GET faults"] = function() return json.array(faults.list()) end
routes["POST fault"] = function(body)
  local rule, problem = body, nil
  if body.rule then rule, problem = faults.parse(body.rule) end
  if rule then rule, problem = faults.add(rule) end
  if not rule then bad(problem) end
  return { number = rule.number }
end
routes["DELETE faults"] = function(_, query)
  faults.clear(tonumber(query.number))
  return json.array(faults.list())
end

routes["GET journal"] = function(_, query)
  return journal.since(math.tointeger(query.since) or 0, math.tointeger(query.limit))
end
routes["DELETE journal"] = function()
  journal.clear()
  return true
end

routes["POST reset"] = function(body)
  control.restart(body)
  return clock_state()
end

routes["POST settings"] = function(body)
  local done, problem = settings.apply(body)
  if not done then bad(problem) end
  return settings.state()
end

local function user_of(body)
  return users.by_name(body.user or "sim") or bad("no such user")
end
routes["POST user"] = function(body)
  local user = user_of(body)
  if body.disabled ~= nil then user.__disabled = body.disabled end
  for _, secret in ipairs { "key", "password", "iam_key", "passcode" } do
    if body[secret] then user["__" .. secret] = body[secret] end
  end
  if body.zone then user.__zone = dates.zone(body.zone) or bad("no such zone") end
  for _, id in ipairs(body.devices or {}) do user.__devices[id] = true end
  for _, flag in ipairs { "hasFullVirtualGuestAccessFlag", "hasFullHardwareAccessFlag" } do
    if body[flag] ~= nil then user[flag] = body[flag] end
  end
  for name, granted in pairs(body.permissions or {}) do
    user.__permissions[name] = granted or nil
    for i = #user.permissions, 1, -1 do
      if user.permissions[i].keyName == name then table.remove(user.permissions, i) end
    end
    if granted then
      table.insert(user.permissions, world.value("User_Customer_CustomerPermission_Permission",
        { key = name, keyName = name, name = name }))
    end
  end
  return { username = user.username }
end
routes["POST expire-tokens"] = function()
  tokens.expire()
  return true
end

local function machine(body)
  for _, kind in ipairs { "Virtual_Guest", "Hardware", "Network_Storage",
    "Virtual_Guest_Block_Device_Template_Group" } do
    local found = world.get(kind, body.id)
    if found and (not body.kind or body.kind == kind) then return found end
  end
  bad("no such object")
end
routes["POST transaction"] = function(body)
  local object = machine(body)
  local running = object.activeTransaction or object.transaction or bad("no transaction is running")
  if body.hold == true then transactions.hold(running) end
  if body.hold == false then transactions.release(running) end
  if body.abort then transactions.abort(running) end
  return { id = running.id, status = running.transactionStatus.name, held = running.__held or false }
end
routes["POST power"] = function(body)
  machine(body).powerState = world.value("Virtual_Guest_Power_State",
    { keyName = body.state, name = tostring(body.state):lower():gsub("^%l", string.upper) })
  return true
end
local function guest_of(body) return world.get("Virtual_Guest", body.id) or bad("no such guest") end
routes["POST migration"] = function(body)
  guest_of(body).pendingMigrationFlag = body.pending ~= false
  return true
end
local NOTICE = 120
routes["POST reclaim"] = function(body)
  local guest = guest_of(body)
  if not guest.transientGuestFlag then bad("not a transient guest") end
  webhook.announce(guest)
  clock.after(NOTICE, function() guests.reclaim(guest) end)
  return true
end
routes["POST capacity"] = function(body)
  if type(body.router) ~= "string" then bad("router must be a name") end
  guests.capacity[body.router] = tonumber(body.available)
  return guests.capacity
end
routes["POST order"] = function(body)
  local order = world.get("Billing_Order", body.id) or bad("no such order")
  order.status = body.status or order.status
  return { id = order.id, status = order.status }
end
routes["POST volume"] = function(body)
  local volume, problem = storage_extra.add(body)
  if not volume then bad(problem) end
  return { id = volume.id, username = volume.username }
end
routes["POST subnet"] = function(body)
  local made, problem = subnet_extra.add(body)
  return made or bad(problem)
end
routes["POST ticket"] = function(body)
  local ticket = world.get("Ticket", body.id) or bad("no such ticket")
  tickets.set_status(ticket, body.status or "Closed")
  return { id = ticket.id, statusId = ticket.statusId }
end
routes["GET datacenter"] = function(_, query)
  local found = places.datacenter(query.name) or bad("no such datacenter")
  local pods = json.array {}
  for i, pod in ipairs(found.__pods) do
    pods[i] = { name = pod.name, backend_router = pod.backendRouterName, frontend_router = pod.frontendRouterName }
  end
  return { id = found.id, name = found.name, pods = pods }
end

--- Answers /control/<route>.
---@return integer status, any value
function control.answer(verb, route, query, text)
  local action = routes[verb .. " " .. route]
  if not action then return 404, { error = "no such control route: " .. verb .. " " .. route } end
  local body = text == "" and {} or json.decode(text)
  if type(body) ~= "table" or body == json.null then return 400, { error = "the body must be a JSON object" } end
  local ok, value = pcall(action, body, query)
  if ok then return 200, value end
  if type(value) == "table" and value.control then return 400, { error = value.control } end
  error(value, 0)
end

return control
