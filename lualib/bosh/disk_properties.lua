--- A disk's cloud_properties, with defaults and checks. What the catalogue sells is another matter:
--- softlayer.storage_catalogue.

local errors = require "errors"
local properties = require "bosh.properties"

local disk_properties = {}

local named = properties.named -- datacenter: {name: "ams01"} or "ams01"
local unless_zero = properties.unless_zero

-- Each property: its type, its default, the legacy names, and how a legacy value is read.
local of_disk = {
  datacenter = { "string", convert = named },
  iops = { "integer", convert = unless_zero },
  tier = { "number" },
  snapshot_space = { "integer", 0 },
  hourly_billing_flag = { "boolean", true, legacy = { "useHourlyPricing" } },
  protocol = { "string", "iscsi" },
}

-- A dynamic disk's name is in its metadata, too. The Go CPI read `type` and made nothing of it.
local ignored = "name type"

local declared = properties.declare(of_disk, ignored)

local function check(values)
  local function refuse(...) return nil, errors.cloud(...) end
  if values.iops and values.tier then
    return refuse "The properties 'iops' (performance storage) and 'tier' (endurance storage) exclude each other"
  end
  if values.protocol ~= "iscsi" and values.protocol ~= "nfs" then
    return refuse("The property 'protocol' must be iscsi or nfs, not '%s'", values.protocol)
  end
  return values
end

--- Reads a disk's cloud_properties.
---@param given table
---@param defaults table? by name, from the configuration
---@param strict boolean? an unknown property is an error
---@return table? values by present name, defaults filled in
---@return Error? err
function disk_properties.read(given, defaults, strict)
  local values, err = declared:read(given, strict)
  if not values then return nil, err end
  declared:complete(values, defaults)
  return check(values)
end

--- Gigabytes of a size in MiB, rounded up: a disk is never smaller than what was asked for.
---@param mebibytes integer
---@return integer
function disk_properties.gigabytes(mebibytes)
  return (mebibytes + 1023) // 1024
end

return disk_properties
