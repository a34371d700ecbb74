--- Addresses that a manifest chose: those of portable subnets, which the guest carries beside its primary
--- ones, and vips, which are routed to it. SoftLayer does not know who uses a portable address; so its note
--- says it: which director, which VM.

local errors = require "errors"
local log = require "core.log"
local sl = require "softlayer"
local virtual_guest = require "softlayer.virtual_guest"
local wait = require "wait"

local addresses = {}

local ROUTED = { STATIC_IP_ROUTED = true, GLOBAL_IP = true }
local PATIENCE = 10 * 60 -- seconds for a route to change

--- The note on an address of a VM.
---@param director string?
---@param cid integer|string
---@return string
function addresses.note(director, cid) return ("bosh vm:%s director:%s"):format(cid, director or "none") end

local function owner_of(note) return (note or ""):match("^bosh vm:(%d+) director:(%S+)$") end

local function is_free(note) return note == nil or note == "" end

--- Whether a guest that is to be ordered can have the address: it is not another living VM's of this director,
--- and a vip leads nowhere else. A note that is not ours is a warning.
---@param network Network with its address
---@param director string?
---@return Error?
function addresses.check(network, director)
  local address = network.address
  local cid, of = owner_of(address.note)
  if cid and of == (director or "none") then
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

-- For wait: the vip leads to this address.
local function leads_to(subnet_id, ip)
  local call = sl.Network_Subnet:id(subnet_id):mask("id,endPointIpAddress.ipAddress,activeTransaction.id")
  local subnet, err = call:getObject()
  if not subnet then return nil, err end
  local point = subnet.endPointIpAddress and subnet.endPointIpAddress.ipAddress
  return point == ip and not subnet.activeTransaction
end

local function route(address, guest)
  local ip = guest.primaryIpAddress
  if not ip then return errors.cloud("the vip %s needs a guest with a public address", address.ip) end
  if address.end_point ~= ip then
    local done, err = sl.Network_Subnet:id(address.subnet):route("SoftLayer_Network_Subnet_IpAddress", ip)
    if not done then return err or errors.cloud("the API did not route the vip %s", address.ip) end
  end
  local what = ("the route of %s to %s"):format(address.ip, ip)
  local _, err = wait { what = what, at_most = PATIENCE, leads_to, address.subnet, ip }
  return err
end

--- Notes the address as the guest's, and routes a vip to it.
---@param network Network with its address
---@param guest table with its primaryIpAddress
---@param note string of addresses.note
---@return boolean? done
---@return Error? err
function addresses.claim(network, guest, note)
  local address, err = network.address, nil
  if is_free(address.note) or owner_of(address.note) and address.note ~= note then
    local done
    done, err = sl.Network_Subnet_IpAddress:id(address.id):editObject { note = note }
    if not done then return nil, err end
  end
  if network.type == "vip" then err = route(address, guest) end
  if err then return nil, err end
  return true
end

local function release_one(address)
  if address.subnet and ROUTED[address.subnet.subnetType] then
    local done, err = sl.Network_Subnet:id(address.subnet.id):clearRoute()
    if not done then return err end
  end
  local done, err = sl.Network_Subnet_IpAddress:id(address.id):editObject { note = "" }
  return not done and err or nil
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
