--- Addresses that a manifest chose: those of portable subnets, which the guest carries beside its primary
--- ones, and vips, which are routed to it. SoftLayer does not know who uses a portable address; so its note
--- says it: which director, which VM.

local errors = require "errors"
local log = require "core.log"
local refusal = require "softlayer.refusal"
local sl = require "softlayer"
local virtual_guest = require "softlayer.virtual_guest"
local wait = require "wait"

local addresses = {}

local ROUTED = { STATIC_IP_ROUTED = true, GLOBAL_IP = true, SECONDARY = true }
local PATIENCE = 10 * 60 -- seconds for a route to change

--- The note on an address of a VM.
---@param director string?
---@param cid integer|string
---@return string
function addresses.note(director, cid) return ("bosh vm:%s director:%s"):format(cid, director or "none") end

-- The VM of a note that this director wrote.
local function owner_of(note, director)
  local cid, of = (note or ""):match("^bosh vm:(%d+) director:(%S+)$")
  return of == (director or "none") and cid or nil
end

local function is_free(note) return note == nil or note == "" end

--- Whether a guest that is to be ordered can have the address: it is not another living VM's of this director,
--- and a vip leads nowhere else. A note that is not ours is a warning.
---@param network Network with its address
---@param director string?
---@return Error?
function addresses.check(network, director)
  local address = network.address
  local cid = owner_of(address.note, director)
  if cid then
    local guest, err = virtual_guest.find(cid)
    if err then return err end
    if guest then
      return errors.cloud("network '%s': the address %s is in use by VM %s", network.name, address.ip, cid)
    end
  elseif address.end_point then
    return errors.cloud("network '%s': the vip %s is routed to %s", network.name, address.ip, address.end_point)
  elseif not is_free(address.note) then
    log.warn("network '%s': the note on %s, '%s', is not ours; it may be in use elsewhere, and the note stays",
      network.name, address.ip, address.note)
  end
end

-- For wait: the vip leads to this address, or nowhere. A route that is being changed must be waited for
-- before it can be changed again.
local function leads_to(subnet_id, ip)
  local subnet = sl.Network_Subnet:id(subnet_id)
  local found, err = subnet:mask("id,endPointIpAddress.ipAddress,activeTransaction.id"):getObject()
  if not found then return nil, err end
  if found.activeTransaction then return false, { stage = "a change of its route" } end
  local point = found.endPointIpAddress and found.endPointIpAddress.ipAddress
  if point == ip then return true end
  local _
  if ip then
    _, err = subnet:route("SoftLayer_Network_Subnet_IpAddress", ip)
  else
    _, err = subnet:clearRoute()
  end
  if err and not refusal.busy(err) then return nil, err end
  return false
end

local function note_down(address_id, note)
  local done, err = sl.Network_Subnet_IpAddress:id(address_id):editObject { note = note }
  return not done and (err or errors.cloud("the API did not change the note of address %s", address_id)) or nil
end

--- Notes the address as the guest's, and routes a vip to it.
---@param network Network with its address
---@param guest table with its id and primaryIpAddress
---@param director string?
---@return Error?
function addresses.claim(network, guest, director)
  local address, note = network.address, addresses.note(director, guest.id)
  if is_free(address.note) or owner_of(address.note, director) and address.note ~= note then
    local err = note_down(address.id, note)
    if err then return err end
  end
  if network.type ~= "vip" then return nil end
  local what = ("the route of %s to %s"):format(address.ip, guest.primaryIpAddress)
  local _, err = wait { what = what, at_most = PATIENCE, leads_to, address.subnet, guest.primaryIpAddress }
  return err
end

-- The note goes last: it says what is still to be done.
local function release_one(address)
  local subnet = address.subnet or {}
  if ROUTED[subnet.subnetType] then
    local what = ("the end of a route by subnet %d"):format(subnet.id)
    local _, err = wait { what = what, at_most = PATIENCE, leads_to, subnet.id, nil }
    if err then return err end
  end
  return note_down(address.id, "")
end

--- Gives back the addresses that carry this note.
---@param note string
---@return boolean? done
---@return Error? err
function addresses.release(note)
  local noted = sl.Account:mask("id,note,subnet[id,subnetType]"):filter { note = { note } }
  local found, err = sl.all { noted:later "getPrivateIpAddresses", noted:later "getPublicIpAddresses" }
  if not found then return nil, err end
  for i = 1, found.n do
    for _, address in ipairs(found[i] or {}) do
      err = address.note == note and release_one(address) or nil
      if err then return nil, err end
    end
  end
  return true
end

return addresses
