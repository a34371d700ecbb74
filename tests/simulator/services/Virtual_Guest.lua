-- Virtual guests.

local catalogue    = require "slsim.model.catalogue"
local errors       = require "slsim.errors"
local events       = require "slsim.model.events"
local guess        = require "slsim.guess"
local guests       = require "slsim.model.guests"
local hooks        = require "slsim.hooks"
local json         = require "core.json"
local order_guest  = require "slsim.model.order_guest"
local parts        = require "slsim.model.template_parts"
local provisioning = require "slsim.model.provisioning"
local tags         = require "slsim.model.tags"
local template     = require "slsim.model.template"
local transactions = require "slsim.transactions"
local upgrade      = require "slsim.model.upgrade"
local world        = require "slsim.world"

guess("[G]", "power calls on a guest without provisionDate are refused as during a transaction; powerOff of a "
  .. "halted guest is true")
guess("[G]", "find methods show what the lists show (--lag)")

local methods = {}

methods.createObject = { static = true, args = "templateObject:object", returns = "Virtual_Guest", status = 201,
  run = function(_, call, fields)
    local _, made = guests.order({ template.plan(fields, call) }, call)
    events.log(call, "Create", "CCI", made[1])
    return made[1]
  end }

methods.createObjects = { static = true, args = "templateObjects:list", returns = "*Virtual_Guest",
  run = function(_, call, list)
    local plans = {}
    for i, fields in ipairs(parts.list({ templateObjects = list }, "templateObjects")) do
      plans[i] = template.plan(fields, call)
    end
    if #plans == 0 then errors.public("At least one template must be provided.") end
    local _, made = guests.order(plans, call)
    for _, guest in ipairs(made) do events.log(call, "Create", "CCI", guest) end
    return made
  end }

methods.editObject = { args = "templateObject:object", run = function(guest, call, fields)
  guests.edit(guest, fields)
  events.log(call, "Edit", "CCI", guest)
  return true
end }

methods.deleteObject = { run = function(guest, call)
  guests.cancel(guest, call)
  return true
end }

methods.setUserMetadata = { args = "metadata:list", run = function(guest, call, list)
  if not guest.__takes_metadata then
    errors.raise("NotImplemented",
      "SoftLayer_Virtual_Guest_Strategy_Behavior_Standard::setUserMetadata is not implemented.")
  end
  if type(list[1]) ~= "string" then errors.public("The metadata must be a list with one string.") end
  guests.set_user_data(guest, list[1])
  events.log(call, "Set User Metadata", "CCI", guest)
  return true
end }

methods.configureMetadataDisk = { returns = "Provisioning_Version1_Transaction", run = function(guest)
  provisioning.must_be_idle(guest)
  return transactions.start(guest, { name = "Configure Cloud Metadata Disk", average = "1.62" }, {
    { name = "CLOUD_CONFIGURE_METADATA_DISK", seconds = 30, average = ".5", friendly = "Configure Cloud Metadata Disk",
      enter = function() provisioning.halted(guest) end },
    { name = "POWER_ON", seconds = 20, average = ".3", enter = function()
      provisioning.running(guest)
      hooks.machine("reboot", guest)
    end },
  })
end }

methods.setTags = { args = "tags:string", run = function(guest, call, text)
  tags.set(guest, "GUEST", text)
  events.log(call, "Set Tags", "CCI", guest)
  return true
end }

methods.generateOrderTemplate = { static = true, args = "templateObject:object", run = function(_, call, fields)
  return order_guest.container(fields, call)
end }

methods.getUpgradeItemPrices = { args = "includeDowngradeItemPricesFlag:boolean?", returns = "*Product_Item_Price",
  mask = catalogue.PRICE_MASK, run = function(guest, _, downgrades) return upgrade.prices(guest, downgrades or false) end }

-- Power.
local function power_call(event, act)
  return { run = function(guest, call)
    if not guest.provisionDate then provisioning.must_be_idle(guest) end
    if guest.activeTransaction or not guest.provisionDate then
      errors.public("The action cannot be performed on %s while there is an active transaction.",
        guest.fullyQualifiedDomainName)
    end
    act(guest)
    events.log(call, event, "CCI", guest)
    return true
  end }
end

local function reboot(guest)
  local was_on = guest.powerState.keyName == "RUNNING"
  provisioning.running(guest)
  hooks.machine(was_on and "reboot" or "boot", guest)
end

methods.powerOn = power_call("Power On", function(guest)
  if guest.powerState.keyName == "RUNNING" then return end
  provisioning.running(guest)
  hooks.machine("boot", guest)
end)
methods.powerOff = power_call("Power Off", provisioning.halted)
methods.powerOffSoft = power_call("Power Off", provisioning.halted)
methods.powerCycle = power_call("Power Cycle", reboot)
methods.rebootDefault = power_call("Reboot", reboot)
methods.rebootSoft = power_call("Reboot", reboot)
methods.rebootHard = power_call("Reboot", reboot)
methods.pause = power_call("Pause", function(guest)
  if guest.powerState.keyName ~= "RUNNING" then errors.public("Only a running guest can be paused.") end
  provisioning.paused(guest)
end)
methods.resume = power_call("Resume", function(guest)
  if guest.powerState.keyName ~= "PAUSED" then errors.public("Only a paused guest can be resumed.") end
  provisioning.running(guest)
end)

local function pingable(port)
  return { run = function(guest)
    for _, component in ipairs(guest.networkComponents) do
      if component.port == port and component.status == "ACTIVE" and component.primaryIpAddress then
        return guest.powerState.keyName == "RUNNING"
      end
    end
    return false
  end }
end
methods.isPingable = pingable(1)
methods.isBackendPingable = pingable(0)
-- Finding.
local function find(test)
  return function(_, call, wanted)
    return world.listed("Virtual_Guest", call, function(guest) return test(guest, wanted) end)
  end
end

methods.findByHostname = { static = true, args = "hostname:string", returns = "*Virtual_Guest",
  run = find(function(guest, name) return guest.hostname == name end) }
methods.findByDomain = { static = true, args = "domain:string", returns = "*Virtual_Guest",
  run = find(function(guest, name) return guest.domain == name end) }

local by_address = find(function(guest, ip) return guest.primaryIpAddress == ip
  or guest.primaryBackendIpAddress == ip end)
methods.findByIpAddress = { static = true, args = "ipAddress:string", returns = "Virtual_Guest",
  run = function(...) return by_address(...)[1] end }

methods.getReverseDomainRecords = { run = function() return json.array {} end }

for _, part in ipairs { "guest_capture", "guest_disks", "guest_hosts", "guest_options", "guest_ports", "guest_reload",
  "host_storage" } do
  for name, method in pairs(require("slsim.methods." .. part)) do methods[name] = method end
end

return { guid = true, methods = methods }
