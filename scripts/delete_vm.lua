local addresses = require "softlayer.addresses"
local registry = require "bosh.registry"
local refusal = require "softlayer.refusal"
local sl = require "softlayer"
local state = require "state"
local virtual_guest = require "softlayer.virtual_guest"
local wait = require "wait"

description = [[
Cancels a virtual guest. One that is already gone is a success, because the director repeats a
delete_vm whose answer it never saw.
]]
arguments = { "vm_cid: cid" }
effect = "write"
timeout = 30 * 60

-- SoftLayer refuses to cancel a guest that has a transaction.
function settle(vm_cid)
  return must(wait { what = "an idle guest " .. vm_cid, at_most = 25 * 60, virtual_guest.idle, vm_cid }) ~= "gone"
end

-- Takes vips away and clears the notes on addresses. What fails here must not keep a machine that costs money.
function release(vm_cid)
  local done, err = addresses.release(addresses.note(request.context.director_uuid, vm_cid))
  if not done then log.warn("addresses of guest %s may still be noted as its own, or lead to it: %s", vm_cid, err) end
end

-- A new transaction may have begun since the look, and a lost answer leaves the outcome open: both
-- show at the next look.
function cancel(vm_cid)
  local _, err = sl.Virtual_Guest:id(vm_cid):deleteObject()
  if not err or refusal.busy(err) or refusal.already_cancelled(err) or refusal.not_found(err) then return end
  if not err.transient then error(err, 0) end
end

-- Cancelled means that the API no longer shows the guest as one that is paid for.
local function gone(vm_cid)
  local guest, err = virtual_guest.find(vm_cid, "id")
  if err then return nil, err end
  if not guest then return true end
  if not guest.activeTransaction then cancel(vm_cid) end
  return false
end

-- Waits until the guest is cancelled, and cancels it again where that was lost.
function confirm(vm_cid)
  must(wait { what = "the end of guest " .. vm_cid, at_most = 10 * 60, gone, vm_cid })
end

function run(vm_cid)
  if must(virtual_guest.find(vm_cid)) and settle(vm_cid) then
    release(vm_cid)
    cancel(vm_cid)
    confirm(vm_cid)
  else
    log.info("guest %s is already gone", vm_cid)
    release(vm_cid)
  end
  local store = must(registry.of(config, request))
  if store then must(store:delete(vm_cid)) end
  state.forget("create_vm", vm_cid)
end
