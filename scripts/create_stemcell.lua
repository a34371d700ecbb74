local errors = require "errors"
local image = require "softlayer.image"
local sl = require "softlayer"

description = [[
Registers a light stemcell: an image that is in the account already, or public. The cid is its id.
]]
arguments = { "image_path: string", "cloud_properties: object?", "env: object?" }
effect = "write"
timeout = 5 * 60

-- The image's id, as the stemcell's properties name it.
function image_id(properties)
  local id = properties["virtual-disk-image-id"]
  if math.type(id) == "integer" and id > 0 then return id end
  if type(id) == "string" and id:find("^%d+$") then return math.tointeger(tonumber(id)) end
  error(errors.not_supported("the stemcell's cloud_properties name no virtual-disk-image-id: only light stemcells "
    .. "(format softlayer-light) are supported"))
end

-- A stemcell of another cloud is an error.
---@param name string? of the infrastructure
function check_infrastructure(name)
  if name == nil or name == "softlayer" or name == "bluemix" then return end
  error(errors.cloud("Create stemcell: Invalid '%s' infrastructure", tostring(name)))
end

-- The image; that the account has none is an error.
function find(id)
  local found, err = sl.all { image.query(id) }
  if not found then error(image.explain(id, err), 0) end
  return found[1] or error(image.explain(id), 0)
end

function run(_, properties)
  properties = properties or {}
  check_infrastructure(properties.infrastructure)
  return tostring(find(image_id(properties)).id)
end
