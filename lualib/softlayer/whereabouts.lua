--- What the account says now of something that was bought: it exists, it is on its way out or gone, this user
--- may not see it, or its order has made nothing so far. Reads only, and changes no record.

local answer = require "softlayer.answer"
local json = require "core.json"
local errors = require "errors"
local guest_order = require "softlayer.guest_order"
local image = require "softlayer.image"
local image_import = require "softlayer.image_import"
local moment = require "moment"
local object_storage = require "object_storage"
local refusal = require "softlayer.refusal"
local sl = require "softlayer"
local snapshot_order = require "softlayer.snapshot_order"
local user = require "softlayer.user"
local virtual_guest = require "softlayer.virtual_guest"
local volume_order = require "softlayer.volume_order"
local volume_search = require "softlayer.volume_search"

local whereabouts = {}

---@class Whereabouts
---@field account string "exists", "being reclaimed", "gone", "not visible", "order pending", "order void", "done" (a
---       change), "not found" (no trace of an order), "unclear"
---@field cid string? what was found
---@field order integer?
---@field name string?
---@field price string?
---@field detail string? in words
---@field certain boolean? false: found by time and user only, not by a name of ours

local FEES = "billingItem[id,hourlyFlag,hourlyRecurringFee,recurringFee,children[hourlyRecurringFee,recurringFee]]"
local GUEST = "id,hostname,openCancellationTicket.id,activeTransaction.transactionStatus.name," .. FEES
whereabouts.GUEST = GUEST
whereabouts.VOLUME = "id,username,notes,billingItem.orderItem.order.userRecordId," .. FEES

-- Of an object and the parts that it is billed with.
local function price(item)
  if not item then return nil end
  local field, unit = "recurringFee", "month"
  if item.hourlyFlag then field, unit = "hourlyRecurringFee", "h" end
  local sum = tonumber(item[field]) or 0
  for _, child in ipairs(item.children or {}) do sum = sum + (tonumber(child[field]) or 0) end
  if sum == 0 and item.hourlyFlag then return "by use" end -- hourly volumes tell no fee
  return ("%.4g/%s"):format(sum, unit)
end

-- What the API does not find is gone only for a user who would see it.
local function missing(kind, what)
  local sees, doubt = user.sees_all(kind, what)
  if sees then return { account = "gone" } end
  if doubt.kind ~= "refused" then error(doubt, 0) end
  return { account = "not visible", detail = doubt.message }
end

local function fetch(service, id, mask, kind)
  local object, err = sl[service]:id(id):mask(mask):getObject()
  object, err = answer.object(object, err, tonumber(id), ("%s %s"):format(service, id))
  if object then return object end
  if not refusal.not_found(err) then error(err, 0) end
  return nil, missing(kind, ("%s %s"):format(service, id))
end

--- What is to be said of a guest that is there.
---@param guest table with GUEST
---@return Whereabouts
function whereabouts.of_guest(guest)
  local leaving = virtual_guest.is_leaving(guest)
  return { account = leaving and "being reclaimed" or "exists", cid = tostring(guest.id), name = guest.hostname,
    price = price(guest.billingItem) }
end

local function guest_by_id(id)
  local guest, absent = fetch("Virtual_Guest", id, GUEST, "virtual_guest")
  return guest and whereabouts.of_guest(guest) or absent
end

local function guest_by_name(hostname)
  local seen = {}
  local id, told = guest_order.seek(hostname, seen)
  if id then return guest_by_id(id) end
  if id == nil then error(told, 0) end
  if seen.order then return { account = "order pending", detail = seen.order } end
  local absent = missing("virtual_guest", "the guest " .. hostname)
  if absent.account ~= "gone" then return absent end
  if told then return { account = "order void", detail = told.stage } end
  return { account = "not found" }
end

--- What is to be said of a volume that is there.
---@param volume table with VOLUME
---@return Whereabouts
function whereabouts.of_volume(volume)
  return { account = volume.billingItem and "exists" or "being reclaimed", cid = tostring(volume.id),
    name = volume.username, price = price(volume.billingItem) }
end

local function volume_by_id(id)
  local volume, absent = fetch("Network_Storage", id, "id,username,nasType," .. FEES, "network_storage")
  return volume and whereabouts.of_volume(volume) or absent
end

local function volume_by_order(order)
  local outcome, err = volume_order.outcome(order)
  if not outcome and not refusal.not_found(err) then error(err, 0) end
  if not outcome then return { account = "not visible", order = order, detail = err.message } end
  if outcome.id then return volume_by_id(outcome.id) end
  local detail = ("order %d is %s"):format(order, tostring(outcome.status))
  return { account = outcome.void and "order void" or "order pending", order = order, detail = detail }
end

-- The one order that may be it; with several of them, or when a damaged record may claim it, nobody knows.
local function candidate(claim)
  local own = assert(user.current())
  local ok, orders, err = pcall(volume_search.candidates, claim, own.id)
  if not ok then return nil, { account = "unclear", detail = errors.wrap(orders).message } end
  if err then error(err, 0) end
  if #orders == 0 then return nil, { account = "not found" } end
  if #orders == 1 then return orders[1] end
  return nil, { account = "unclear", detail = ("orders %s, any of which may be it"):format(table.concat(orders, ", ")) }
end

local function volume_unknown(claim)
  local order, told = candidate(claim)
  local found = order and volume_by_order(order) or told
  found.certain, found.order = order == nil, order
  return found
end

local function snapshot_by_id(id)
  local snapshot, absent = fetch("Network_Storage", id, "id,notes", "network_storage")
  return snapshot and { account = "exists", cid = tostring(id), name = snapshot.notes } or absent
end

local function snapshot_by_mark(claim)
  local volume = json.decode(claim.identity or "[]")[1]
  if not volume or not claim.mark then return { account = "unclear", detail = "its record names no volume" } end
  local id, err = snapshot_order.seek(volume, claim.mark)
  if id then return snapshot_by_id(id) end
  if not err then return { account = "not found" } end
  if not refusal.not_found(err) then error(err, 0) end
  return missing("network_storage", "volume " .. volume)
end

-- A change is no object of its own: what counts is whether its order is still under way.
local function change(claim)
  local cid = json.decode(claim.identity or "[]")[1]
  local volume = cid and volume_by_id(cid) or { account = "unclear" }
  if volume.account ~= "exists" then return volume end
  local order, told = claim.order, nil
  if claim.stage == "SENT" then order, told = candidate(claim) end
  if told then return { account = told.account, cid = cid, detail = told.detail } end
  if claim.stage == "READY" or not order then return { account = "done", cid = cid } end
  local found = sl.Billing_Order:id(order):mask("id,status"):getObject()
  local status = found and found.status
  local account = status == "COMPLETED" and "done" or (status == "CANCELLED" or status == "DENIED") and "order void"
  return { account = account or "order pending", cid = cid, order = order,
    detail = ("order %d is %s"):format(order, tostring(status)) }
end

local function volume(claim)
  if claim.id then return volume_by_id(claim.id) end
  if claim.order then return volume_by_order(claim.order) end
  return volume_unknown(claim)
end

-- An image without one of the record's marks is not its own, whatever the record says.
local function image_by_id(id, claim)
  local found, err = image.find(id)
  if not found and err and err.kind ~= "refused" then error(err, 0) end
  if not found then return err and { account = "not visible", detail = err.message } or { account = "gone" } end
  if not claim.nonces[image_import.nonce_of(found)] then
    return { account = "unclear", detail = "its note does not say that it is this record's" }
  end
  return { account = "exists", cid = tostring(id), name = found.name }
end

local function image_of(claim)
  if claim.id then return image_by_id(claim.id, claim) end
  local id, err = image_import.seek(claim.nonces)
  if id then return image_by_id(id, claim) end
  if err then error(err, 0) end
  local absent = missing("image", "the image")
  return absent.account == "gone" and { account = "not found" } or absent
end

local function upload_of(claim)
  local store, err = object_storage.open()
  if not store then return { account = "unclear", detail = err.message } end
  local there
  there, err = store:holds(claim.upload)
  if err then return { account = "unclear", detail = err.message } end
  return { account = there and "exists" or "gone" }
end

local looks = {
  ["VM"] = function(claim) return claim.id and guest_by_id(claim.id) or guest_by_name(claim.hostname) end,
  ["disk"] = volume,
  ["file volume"] = volume,
  ["snapshot"] = function(claim) return claim.id and snapshot_by_id(claim.id) or snapshot_by_mark(claim) end,
  ["change"] = change,
  ["image"] = image_of,
  ["upload"] = upload_of,
}

local windows = { VM = guest_order.WINDOW, snapshot = snapshot_order.WINDOW, image = image_import.WINDOW }

--- Seconds in which what was sent may still turn up.
---@param kind string
---@param sent Moment?
---@return number
function whereabouts.left(kind, sent) return moment.left(windows[kind] or volume_search.WINDOW, sent) end

--- Looks for what a claim of a record stands for. Raises when the API cannot be asked.
---@param claim Claim
---@return Whereabouts
function whereabouts.of(claim)
  local look = looks[claim.kind]
  if not look then return { account = "unclear", detail = "what '" .. claim.kind .. "' orders is not known here" } end
  return look(claim)
end

return whereabouts
