-- The end of a volume: its charges stop at once, the volume and its authorisations follow.

local billing      = require "slsim.model.billing"
local cancellation = require "slsim.model.cancellation"
local clock        = require "slsim.clock"
local errors       = require "slsim.errors"
local guess        = require "slsim.guess"
local storage      = require "slsim.model.storage"
local world        = require "slsim.world"

guess("[G]", "a volume with a transaction, or of which dependent duplicates exist, cannot be cancelled")
guess("[G]", "a cancelled volume takes no more calls that change it; at the anniversary it goes, or after the reclaim time")

local function reclaim(volume)
  for _, host in ipairs(volume.__hosts) do storage.take(host.__volumes, volume) end
  for _, snapshot in ipairs(volume.__snapshots) do world.remove(snapshot) end
  if volume.__origin then storage.take(volume.__origin.dependentDuplicates, volume) end
  world.remove(volume)
end

function cancellation.by_kind.Network_Storage(item, _, options)
  local volume = item.__resource
  storage.must_be_idle(volume, "Cancellation")
  if #volume.dependentDuplicates > 0 then
    errors.public("The volume %s cannot be cancelled while it has dependent duplicates.", volume.username)
  end
  local now = clock.now()
  local ends = options.immediate and now + world.settings.reclaim or item.nextBillDate
  billing.close(item)
  volume.billingItem = nil
  clock.after(ends - now, function() reclaim(volume) end)
end
