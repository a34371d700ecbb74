local actions = require "actions"
local grid = require "output.grid"
local disk_properties = require "bosh.disk_properties"
local errors = require "errors"
local json = require "core.json"
local network_storage = require "softlayer.network_storage"
local places = require "softlayer.places"
local sl = require "softlayer"
local state = require "state"
local undo = require "undo"
local virtual_guest = require "softlayer.virtual_guest"
local volume_order = require "softlayer.volume_order"
local wait = require "wait"

description = [[
File storage (NFS) for people: orders volumes, says who may mount them, lists and cancels them.

  order      size=GB [tier=0.25|2|4|10 | iops=N] [datacenter=NAME] [snapshot_space=GB] [hourly=false]
  authorise  VOLUME vm=CID | subnet=ID | address=IP
  revoke     VOLUME vm=CID | subnet=ID | address=IP
  list
  cancel     VOLUME

An order waits until the volume can be mounted and prints its mount address. The same order given again after an
interruption goes on with the first one; after a success it buys another volume. `cancel` does not ask back.
]]
arguments = { "action: string", "volume: cid?", "size: integer?", "tier: number?", "iops: integer?",
  "datacenter: string?", "snapshot_space: integer?", "hourly: boolean?", "vm: cid?", "subnet: integer?",
  "address: string?" }
effect    = "write"
timeout   = 2 * 60 * 60

local HOST = { "vm", "subnet", "address" }

local known = {
  order = { needs = { "size" }, takes = { "tier", "iops", "datacenter", "snapshot_space", "hourly" } },
  authorise = { needs = { "volume" }, one_of = HOST },
  revoke = { needs = { "volume" }, one_of = HOST },
  list = {},
  cancel = { needs = { "volume" } },
}

-- Everything that can be wrong with an order alone.
function plan(given)
  if given.size <= 0 then error(errors.cloud("a volume of %d GB is not possible", given.size), 0) end
  local spec = must(disk_properties.read({ datacenter = given.datacenter or config.softlayer.datacenter,
    tier = given.tier, iops = given.iops, snapshot_space = given.snapshot_space, hourly_billing_flag = given.hourly,
    protocol = "nfs" }))
  if not spec.datacenter then
    error(errors.cloud "order needs a 'datacenter', since the configuration has no softlayer.datacenter", 0)
  end
  spec.size = given.size
  return spec
end

-- The order that the API would accept, with its prices.
function verify(spec)
  local location = must(places.id_of(spec.datacenter))
  return must(volume_order.check(spec, function(choice)
    return volume_order.container(choice, location, spec.hourly_billing_flag, "nfs")
  end))
end

-- Gives back what a failed try ordered, by the public delete_disk.
function abandon(record, err)
  volume_order.abandon(record, err, function(cid) call("delete_disk", cid) end)
end

-- Orders a volume, once, and waits until it can be mounted; gives a text for people.
function order(given)
  local spec = plan(given)
  local record = must(state.take("file_volume", json.encode(spec)))
  local number = volume_order.resume(record) or volume_order.place(record, verify(spec))
  local rollback <close> = undo(abandon, record)
  local volume = find(tostring(volume_order.await(record, number).id))
  must(record:save { stage = "READY" })
  return ("volume %d: %d GB in %s\nmount address: %s"):format(volume.id, volume.capacityGb, spec.datacenter,
    mount_address(volume))
end

-- A volume that lives and is a file volume; others are for the CPI's methods.
function find(cid)
  local volume = must(network_storage.get(cid, "capacityGb,fileNetworkMountAddress"))
  if volume.nasType == "NAS" then return volume end
  error(errors.cloud("%s is no file volume but of type %s; for block volumes there are delete_disk and the other "
    .. "methods of `slcpi call`", cid, volume.nasType), 0)
end

-- "host:/path".
function mount_address(volume)
  return volume.fileNetworkMountAddress
    or error(errors.cloud("the API does not tell where file volume %d is mounted", volume.id), 0)
end

-- How the API's methods call this kind of host, its id, and its name for people.
function host_of(given)
  if given.vm then return "VirtualGuest", must(virtual_guest.get(given.vm, "id")).id, "guest " .. given.vm end
  if given.subnet then
    local subnet = must(sl.Network_Subnet:id(given.subnet):mask("id,networkIdentifier,cidr"):getObject())
    return "Subnet", subnet.id, ("subnet %s/%d"):format(subnet.networkIdentifier, subnet.cidr)
  end
  local address = must(sl.Network_Subnet_IpAddress:mask("id"):getByIpAddress(given.address))
    or error(errors.cloud("the account has no address '%s'", given.address), 0)
  return "IpAddress", address.id, "address " .. given.address
end

-- A volume that is being changed refuses for a while.
---@param verb "allow"|"remove"
---@param kind "VirtualGuest"|"Subnet"|"IpAddress"
function change_access(verb, volume, kind, id)
  local target, method = sl.Network_Storage:id(volume.id), ("%sAccessFrom%s"):format(verb, kind)
  must(wait { what = ("volume %d to take %s"):format(volume.id, method), at_most = 25 * 60, network_storage.taken,
    function() return target[method](target, { id = id }) end })
end

-- Lets a host mount a volume; gives a text for people.
function authorise(given)
  local volume = find(given.volume)
  local kind, id, name = host_of(given)
  change_access("allow", volume, kind, id)
  return ("%s may mount volume %d\nmount address: %s"):format(name, volume.id, mount_address(volume))
end

-- Takes a volume away from a host; gives a text for people.
function revoke(given)
  local volume = find(given.volume)
  local kind, id, name = host_of(given)
  change_access("remove", volume, kind, id)
  return ("%s may no longer mount volume %d"):format(name, volume.id)
end

local RELATIONS = { allowedVirtualGuests = "vm", allowedSubnets = "subnet", allowedHardware = "hardware" }

-- As `revoke` takes them.
local function hosts(volume)
  local names = {}
  for relation, word in pairs(RELATIONS) do
    for _, host in ipairs(volume[relation] or {}) do names[#names + 1] = ("%s=%d"):format(word, host.id) end
  end
  for _, ip in ipairs(volume.allowedIpAddresses or {}) do names[#names + 1] = "address=" .. ip.ipAddress end
  table.sort(names)
  return table.concat(names, " ")
end

local LISTED = "id,capacityGb,storageTierLevel,provisionedIops,fileNetworkMountAddress,billingItem.id,"
  .. "serviceResource.datacenter.name,allowedVirtualGuests.id,allowedHardware.id,allowedSubnets.id,"
  .. "allowedIpAddresses.ipAddress"

local function row(volume)
  local place = volume.serviceResource and volume.serviceResource.datacenter
  return { tostring(volume.id), tostring(volume.capacityGb),
    volume.storageTierLevel or (volume.provisionedIops or "?") .. " IOPS", place and place.name or "?",
    volume.fileNetworkMountAddress or "?", hosts(volume) }
end

-- The account's file volumes, as a table for people.
function list()
  local rows = { { "volume", "GB", "speed", "datacenter", "mount address", "hosts" } }
  for volume in sl.Account:mask(LISTED):each "getNasNetworkStorage" do
    if volume.billingItem then rows[#rows + 1] = row(volume) end
  end
  return #rows > 1 and grid.text(rows) or "there are no file volumes"
end

-- Cancels a volume for good; gives a text for people.
function cancel(given)
  find(given.volume)
  call("delete_disk", given.volume)
  state.forget("file_volume", given.volume)
  return ("volume %s is cancelled"):format(given.volume)
end

function run(action, ...)
  local given = {}
  for i, value in pairs { ... } do given[arguments[i + 1]:match "^[%w_]+"] = value end
  must(actions.check(known, action, given))
  return _ENV[action](given)
end
