--- Datacenters: their ids, by name or as the place of a guest.

local errors = require "errors"
local sl = require "softlayer"
local virtual_guest = require "softlayer.virtual_guest"

local places = {}

--- The id of a datacenter.
---@param name string "dal13"
---@return integer? id
---@return Error? err
function places.id_of(name)
  local found, err = sl.Location_Datacenter:mask("id,name"):filter({ name = name }):getDatacenters()
  if not found then return nil, err end
  for _, place in ipairs(found) do
    if place.name == name then return place.id end
  end
  return nil, errors.cloud("there is no datacenter '%s'", name)
end

--- The id of the datacenter that a guest is in.
---@param cid string
---@return integer? id
---@return Error? err
function places.of_guest(cid)
  local guest, err = virtual_guest.get(cid, "id,datacenter.id")
  if not guest then return nil, err end
  if guest.datacenter then return guest.datacenter.id end
  return nil, errors.cloud("the API does not tell where VM %s is; the disk needs a 'datacenter'", cid)
end

return places
