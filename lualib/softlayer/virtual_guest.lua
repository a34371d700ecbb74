--- Virtual guests: how to find one, when it is gone, busy, or ready.

local answer = require "softlayer.answer"
local errors = require "errors"
local refusal = require "softlayer.refusal"
local sl = require "softlayer"
local user = require "softlayer.user"

local virtual_guest = {}

-- What tells that a guest is on its way out; part of every mask here.
local LEAVING = "billingItem.id,openCancellationTicket.id,activeTransaction[id,elapsedSeconds,transactionStatus[name],"
  .. "transactionGroup[name,averageTimeToComplete]]"

local READINESS = "id,provisionDate,powerState.keyName,lastOperatingSystemReload.id"

--- A guest's id from a cid.
---@param cid string
---@return integer? id
---@return Error? err
function virtual_guest.id_of(cid)
  local id = cid:find("^%d+$") and math.tointeger(tonumber(cid))
  if id and id > 0 then return id end
  return nil, errors.cloud("'%s' is no virtual guest's cid: a positive number is expected", cid)
end

local function transaction_name(guest)
  local transaction = guest.activeTransaction
  local status = transaction and transaction.transactionStatus
  return status and status.name
end

--- True from the moment of cancellation: the guest is being reclaimed, or its billing ended with a
--- cancellation. (A missing billing item alone may be a missing permission.)
---@param guest table with the members of LEAVING
function virtual_guest.is_leaving(guest)
  local name = transaction_name(guest)
  if name and (name:find("RECLAIM", 1, true) or name:find("TEAR_DOWN", 1, true)) then return true end
  return guest.openCancellationTicket ~= nil and guest.billingItem == nil
end

--- The guest, or nil without an error when it is gone for certain.
---@param cid string
---@param mask string? what else to ask for
---@return table? guest
---@return Error? err
function virtual_guest.find(cid, mask)
  local id, err = virtual_guest.id_of(cid)
  if not id then return nil, err end
  local what, guest = "virtual guest " .. cid
  guest, err = sl.Virtual_Guest:id(id):mask((mask or "id,hostname") .. "," .. LEAVING):getObject()
  if err and refusal.not_found(err) then
    local _, doubt = user.sees_all("virtual_guest", what)
    return nil, doubt
  end
  guest, err = answer.object(guest, err, id, what)
  if guest and virtual_guest.is_leaving(guest) then return nil end
  return guest, err
end

--- The same, but a guest that is gone is a VMNotFound.
---@param cid string
---@param mask string?
---@return table? guest
---@return Error? err
function virtual_guest.get(cid, mask)
  local guest, err = virtual_guest.find(cid, mask)
  if guest or err then return guest, err end
  return nil, errors.vm_not_found("VM '%s' not found", cid)
end

local function progress(guest)
  local transaction = guest.activeTransaction
  local group = transaction and transaction.transactionGroup
  local minutes = group and tonumber(group.averageTimeToComplete)
  return { stage = transaction_name(guest), average = minutes and minutes > 0 and minutes * 60 or nil }
end

--- For wait: done when no transaction runs. A guest that is gone is idle for good: the value is "gone".
---@param cid string
function virtual_guest.idle(cid)
  local guest, err = virtual_guest.find(cid)
  if err then return nil, err end
  if not guest then return "gone" end
  if guest.activeTransaction then return false, progress(guest) end
  return guest
end

-- A reload that still runs is the active transaction itself.
local function is_ready(guest)
  return guest.provisionDate and not guest.activeTransaction and guest.powerState
    and guest.powerState.keyName == "RUNNING"
end

--- For wait: done when the guest is provisioned, without a transaction, and running. The last poll
--- already brings what `mask` asks for.
---@param cid string
---@param mask string
function virtual_guest.ready(cid, mask)
  local guest, err = virtual_guest.get(cid, READINESS .. "," .. mask)
  if not guest then return nil, err end
  if is_ready(guest) then return guest end
  return false, progress(guest)
end

--- Guests by a property of theirs, those on their way out left out, in the order of their ids. The filter is
--- checked, because the API ignores one that it does not understand.
---@param property string "primaryIpAddress"
---@param values string[]
---@return table[]? guests
---@return Error? err
function virtual_guest.having(property, values)
  local wanted = property == "hostname" and property or "hostname," .. property
  local list, err = sl.Account:mask(("id,%s,%s"):format(wanted, LEAVING))
    :filter({ [property] = #values == 1 and values[1] or values }):getVirtualGuests()
  list, err = answer.list(list, err, "virtual guests")
  if not list then return nil, err end
  local expected, guests = {}, {}
  for _, value in ipairs(values) do expected[value] = true end
  for _, guest in ipairs(list) do
    if expected[guest[property]] and not virtual_guest.is_leaving(guest) then guests[#guests + 1] = guest end
  end
  table.sort(guests, function(a, b) return a.id < b.id end)
  return guests
end

--- Guests by hostname.
---@param hostname string
---@return table[]? guests
---@return Error? err
function virtual_guest.named(hostname) return virtual_guest.having("hostname", { hostname }) end

return virtual_guest
