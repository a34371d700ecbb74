local network_storage = require "softlayer.network_storage"
local refusal = require "softlayer.refusal"
local sl      = require "softlayer"
local state   = require "state"
local wait    = require "wait"

description = [[
Cancels a volume at once, with its snapshot space. One that is gone or cancelled already is a success, because the
director repeats a delete_disk whose answer it never saw.
]]
arguments = { "disk_cid: cid" }
effect    = "write"
timeout   = 30 * 60

-- SoftLayer refuses to cancel a volume that is being changed. The volume, or "gone".
function settle(disk_cid)
  return must(wait { what = "an idle volume " .. disk_cid, at_most = 20 * 60, network_storage.idle, disk_cid })
end

-- Cancels the volume at once; one that is cancelled already is fine.
function cancel(volume)
  local item = sl.Billing_Item:id(volume.billingItem.id)
  local done, err = item:cancelItem(true, true, "No longer needed", "Deleted by BOSH")
  if err and refusal.already_cancelled(err) then return end
  must(done, err)
end

-- What the API took is not believed until it shows.
local function is_gone(disk_cid)
  local volume, err = network_storage.find(disk_cid)
  if err then return nil, err end
  return volume == nil
end

-- Waits until the API shows the cancellation.
function confirm(disk_cid)
  must(wait { what = "the cancellation of volume " .. disk_cid, at_most = 5 * 60, is_gone, disk_cid })
end

function run(disk_cid)
  if must(network_storage.find(disk_cid)) then
    local volume = settle(disk_cid)
    if volume ~= "gone" then cancel(volume) end
    confirm(disk_cid)
  else
    log.info("volume %s is already gone", disk_cid)
  end
  state.forget("create_disk", disk_cid)
  state.forget("change_disk", disk_cid)
end
