-- What happens to a guest below its operating system: rescue, migration, the reclaim of transient guests.

local dedicated    = require "slsim.model.dedicated"
local errors       = require "slsim.errors"
local events       = require "slsim.model.events"
local guess        = require "slsim.guess"
local hooks        = require "slsim.hooks"
local provisioning = require "slsim.model.provisioning"
local transactions = require "slsim.transactions"
local webhook      = require "slsim.model.webhook"

guess("[G]", "a rescue boot takes 120 s, a migration 150 s during which the guest is halted; both end with it running")
guess("[G]", "migrate is refused unless pendingMigrationFlag is set (/control/migration sets it)")

local RESCUE = { name = "Cloud Rescue Boot", average = "2" }
local MIGRATE = { name = "Cloud Migrate", average = "2.5" }

local function restart(guest)
  provisioning.running(guest)
  hooks.machine("reboot", guest)
end

local function migrate(guest, call, done)
  local transaction = transactions.start(guest, MIGRATE, {
    { name = "CLOUD_MIGRATE", seconds = 120, average = "2", enter = function() provisioning.halted(guest) end },
    { name = "POWER_ON", seconds = 30, average = ".5", enter = function() restart(guest) end },
  }, { done = function()
    guest.pendingMigrationFlag = false
    if done then done() end
  end })
  events.log(call, "Migrate", "CCI", guest)
  return transaction
end

local methods = {}

methods.executeRescueLayer = { run = function(guest, call)
  provisioning.must_be_ready(guest)
  provisioning.halted(guest)
  transactions.start(guest, RESCUE, { { name = "CLOUD_ISO_BOOT", seconds = 90, average = "1.5",
    leave = function() provisioning.running(guest) end }, { name = "CLOUD_ISO_BOOT_TEAR_DOWN", seconds = 30, average = ".5" } })
  events.log(call, "Rescue Boot", "CCI", guest)
  return true
end }

methods.migrate = { returns = "Provisioning_Version1_Transaction", run = function(guest, call)
  provisioning.must_be_ready(guest)
  if not guest.pendingMigrationFlag then errors.public("The guest does not need a migration.") end
  return migrate(guest, call)
end }

methods.migrateDedicatedHost = { args = "destinationHostId:int", run = function(guest, call, id)
  provisioning.must_be_ready(guest)
  if not guest.dedicatedHost then errors.public("The guest is not on a dedicated host.") end
  local host = dedicated.host(id, call.user)
  if host == guest.dedicatedHost then errors.public("The guest is on that host already.") end
  if host.backendRouter ~= guest.dedicatedHost.backendRouter then
    errors.public("The dedicated host #%d is behind another router.", id)
  end
  dedicated.must_have_room(host, { dedicated.need(guest) })
  migrate(guest, call, function() guest.dedicatedHost = host end)
  return nil
end }

methods.setTransientWebhook = { args = "uri:string secret:string", run = function(guest, call, uri, secret)
  webhook.set(guest, uri, secret)
  events.log(call, "Set Transient Webhook", "CCI", guest)
  return nil
end }

methods.deleteTransientWebhook = { run = function(guest, call)
  webhook.delete(guest)
  events.log(call, "Delete Transient Webhook", "CCI", guest)
  return nil
end }

methods.sendTestReclaimScheduledAlert = { run = function(guest) webhook.test(guest) end }


return methods
