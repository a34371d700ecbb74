local client = require "bosh.client"
local disk_properties = require "bosh.disk_properties"
local errors = require "errors"
local json = require "core.json"
local places = require "softlayer.places"
local state = require "state"
local taken = require "bosh.taken"
local undo = require "undo"
local volume_order = require "softlayer.volume_order"

description = [[
Orders a volume of Storage as a Service and waits until it can be mounted. A request that was interrupted goes on
with the order it had sent.
]]
arguments = { "size: integer", "cloud_properties: object", "vm_cid: cid?" }
effect    = "write"
timeout   = 2 * 60 * 60

-- Everything that can be wrong with the request alone.
function plan(size, properties)
  if size <= 0 then error(errors.cloud("a disk of %d MiB is not possible", size), 0) end
  local spec = must(disk_properties.read(properties, {}, config.softlayer.strict))
  if spec.protocol == "nfs" and not config.softlayer.preformatted_disks then
    error(errors.not_supported("'protocol: nfs' gives a file system, and a common stemcell's agent partitions what it "
      .. "is given. softlayer.preformatted_disks says that yours does not; for other uses there is the workflow "
      .. "file_volume"), 0)
  end
  spec.size = disk_properties.gigabytes(size)
  return spec
end

-- A volume can only be mounted in its own datacenter, so the VM's is the default.
function locate(spec, vm_cid)
  if spec.datacenter then return must(places.id_of(spec.datacenter)) end
  if vm_cid then return must(places.of_guest(vm_cid)) end
  local default = config.softlayer.datacenter
    or error(errors.cloud "The property 'datacenter' must be set for a disk that is made for no VM", 0)
  return must(places.id_of(default))
end

-- The order that the API would accept for the spec, with its prices.
---@param location integer id of a datacenter
function verify(spec, location)
  local hourly, protocol = spec.hourly_billing_flag, spec.protocol
  return must(volume_order.check(spec, function(choice)
    return volume_order.container(choice, location, hourly, protocol)
  end))
end

-- Sends the order, once; gives its id.
function provision(record, checked)
  return volume_order.place(record, checked)
end

-- The order of an earlier try with the same key; nil: there is none, or its volume is in use and another one is wanted.
function resume(record)
  if must(taken.disk(record)) then record:answered() end
  return volume_order.resume(record)
end

-- Waits for the order's volume and gives it.
function await(record, order)
  return volume_order.await(record, order)
end

-- Gives back what a failed try ordered, by the public delete_disk.
function abandon(record, err)
  volume_order.abandon(record, err, function(cid) call("delete_disk", cid) end)
end

-- What makes the request one of its kind. `bosh create-env` has one disk, and after an interruption another VM for it:
-- then the datacenter stands for the VM.
local function identity(size, properties, vm_cid, location)
  return json.encode { size, properties, location and { location } or vm_cid or json.null }
end

function run(size, properties, vm_cid)
  local spec = plan(size, properties)
  local location = client.is_create_env(request) and locate(spec, vm_cid) or nil
  local record = must(state.take("create_disk", identity(size, properties, vm_cid, location)))
  local order = resume(record) or provision(record, verify(spec, location or locate(spec, vm_cid)))
  local rollback <close> = undo(abandon, record)
  local volume = await(record, order)
  must(record:save { stage = "READY" })
  return tostring(volume.id)
end
