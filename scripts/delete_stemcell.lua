local image = require "softlayer.image"
local image_import = require "softlayer.image_import"
local sl = require "softlayer"
local state = require "state"

description = [[
Deletes the image that create_stemcell imported for this director. Any other image stays: a light stemcell's may be
shared with others, and was not made by this CPI. One that is gone is a success.
]]
arguments = { "stemcell_cid: cid" }
effect = "write"
timeout = 2 * 60 * 60

-- Whether it is this director's own: private, of this account, and marked by create_stemcell.
---@param found table the image
function is_ours(found)
  if found.publicFlag == 1 or found.parentId then return false end
  if not image_import.was_made_by(found, image_import.maker(request)) then return false end
  return found.accountId == must(sl.Account:mask("id"):getObject()).id
end

function run(stemcell_cid)
  local id = must(image.id_of(stemcell_cid))
  local found = must(image.find(id))
  if not found then
    log.info("image %d is already gone", id)
  elseif is_ours(found) then
    must(image.delete(id))
  else
    log.info("image %d is kept: it was not imported by this director's create_stemcell", id)
    return
  end
  state.forget("create_stemcell", stemcell_cid)
end
