--- Images (Virtual_Guest_Block_Device_Template_Group): what a stemcell is at SoftLayer.

local errors = require "errors"
local refusal = require "softlayer.refusal"
local sl = require "softlayer"

local image = {}

local SERVICE = "Virtual_Guest_Block_Device_Template_Group"

--- An image's id from a stemcell's cid.
---@param cid string
---@return integer? id
---@return Error? err
function image.id_of(cid)
  local id = cid:find("^%d+$") and math.tointeger(tonumber(cid))
  if id and id > 0 then return id end
  return nil, errors.cloud("'%s' is no stemcell's cid: the number of an image is expected", cid)
end

--- The call that asks for an image; send it alone or with others in one flight.
---@param id integer
---@return table call
function image.query(id)
  return sl[SERVICE]:id(id):mask("id,name,globalIdentifier"):later("getObject")
end

--- What an error of that call means for an operator.
---@param id integer
---@param err Error? nil: the API answered null; one of another call of the flight is handed back
---@return Error
function image.explain(id, err)
  if err and (not refusal.not_found(err) or err.service ~= SERVICE) then return err end
  return errors.cloud("stemcell %d not found: there is no image with that id, or the account may not see it. Upload "
    .. "the stemcell again, or share the image with this account", id)
end

return image
