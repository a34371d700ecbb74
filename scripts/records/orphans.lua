local hostname = require "bosh.hostname"
local notes = require "bosh.notes"
local orphans = require "orphans"
local sl = require "softlayer"
local state = require "state"
local state_directory = require "state_directory"
local user = require "softlayer.user"
local whereabouts = require "softlayer.whereabouts"

description = [[
Lists what was ordered and never returned, with what the account says of it now. With the cids that a director knows
it also lists what only one of the two has.
]]
arguments = { "known: object?" }
effect    = "read"
timeout   = 60 * 60

-- The account's guests, with whereabouts.GUEST.
function guests()
  local list = {}
  for guest in sl.Account:mask(whereabouts.GUEST):each "getVirtualGuests" do list[#list + 1] = guest end
  return list
end

-- A row of the comparison: no record's open end.
local function plain(kind, key, reason, found)
  return { kind = kind, key = key, reason = reason, cid = found.cid, name = found.name, price = found.price,
    account = found.account, detail = found.detail }
end

local function cids_of(rows)
  local cids = {}
  for _, row in ipairs(rows) do cids[("%s %s"):format(row.kind == "VM" and "VM" or "disk", row.cid)] = true end
  return cids
end

-- Why a guest counts as a director's VM: a record tells of it, or its name is as this or the Go CPI makes them.
local function reason_of(guest, owner)
  local name = guest.hostname or ""
  if owner then return "it was returned, but the director does not know it" end
  if hostname.nonce(name) then return "named like a VM of a director, but neither this one nor a record knows it" end
  return hostname.is_stamped(name) and "named as the Go CPI named VMs, but the director does not know it" or nil
end

-- Guests that look like a director's, and those of our records, which the director does not know.
---@param list table[] the account's guests
---@param listed table<string, true> "VM 5": what is a row already
function unknown_guests(known, entries, list, listed)
  local owners, rows = orphans.owners(entries), {}
  for _, guest in ipairs(list) do
    local found = whereabouts.of_guest(guest)
    local owner = owners[hostname.nonce(guest.hostname or "") or ""]
    local reason = reason_of(guest, owner)
    if reason and not known[found.cid] and not listed["VM " .. found.cid] and found.account == "exists" then
      rows[#rows + 1] = plain("VM", owner and owner.name, reason, found)
    end
  end
  return rows
end

-- The volumes that were returned, by cid with the record's name.
local function returned_volumes(entries)
  local names = {}
  for _, entry in ipairs(entries) do
    local fields = entry.fields or {}
    if entry.method == "create_disk" and fields.stage == "DONE" then names[tostring(fields.id)] = entry.name end
  end
  return names
end

local function ordered_by(volume)
  local item = volume.billingItem.orderItem
  return item and item.order and item.order.userRecordId
end

-- Block volumes that a record tells of, that have a director's notes, or that this user ordered, and that the
-- director does not know. An older CPI left no records.
---@param listed table<string, true> "disk 5": what is a row already
function unknown_volumes(known, entries, listed)
  local names, own, rows = returned_volumes(entries), must(user.current()).id, {}
  for volume in sl.Account:mask(whereabouts.VOLUME):each "getIscsiNetworkStorage" do
    local cid = tostring(volume.id)
    local reason = names[cid] and "it was returned, but the director does not know it"
      or notes.are_metadata(volume.notes) and "its notes are a director's, but this one does not know it"
      or volume.billingItem and ordered_by(volume) == own
      and "this user ordered it, but neither the director nor a record knows it"
    local found = reason and not known[cid] and not listed["disk " .. cid] and whereabouts.of_volume(volume)
    if found and found.account == "exists" then rows[#rows + 1] = plain("disk", names[cid], reason, found) end
  end
  return rows
end

local function look_for(cid, kind)
  local id, first = math.tointeger(tonumber(cid)), kind == "disk" and "disk" or "VM"
  local found = whereabouts.of { kind = first, id = id }
  if kind ~= "any" or found.account == "exists" then return found, first end
  return whereabouts.of { kind = "disk", id = id }, "VM or disk"
end

-- What the director knows and the account does not have, or does not show.
---@param list table[] the account's guests
function missing(known, list)
  local there, rows, cids = {}, {}, {}
  for _, guest in ipairs(list) do
    if whereabouts.of_guest(guest).account == "exists" then there[tostring(guest.id)] = true end
  end
  for cid in pairs(known) do cids[#cids + 1] = cid end
  table.sort(cids)
  for _, cid in ipairs(cids) do
    if known[cid] == "disk" or not there[cid] then
      local found, kind = look_for(cid, known[cid])
      found.cid = cid
      if found.account ~= "exists" then rows[#rows + 1] = plain(kind, nil, "the director knows it", found) end
    end
  end
  return rows
end

-- Adds what only one of the two has, the director or the account.
---@param list table[] the account's guests
function compare(known, entries, list, rows)
  local listed = cids_of(rows)
  for _, more in ipairs { unknown_guests(known, entries, list, listed), unknown_volumes(known, entries, listed),
    missing(known, list) } do
    table.move(more, 1, #more, #rows + 1, rows)
  end
end

function run(known)
  local entries, list = state.all(), guests()
  local rows = orphans.rows(entries, list)
  if known then compare(known, entries, list, rows) end
  return { directory = (state_directory.current()), rows = rows }
end
