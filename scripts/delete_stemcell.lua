local image = require "softlayer.image"

description = [[
Forgets a stemcell. A light stemcell's image is shared with others and was not made by this CPI, so it
stays where it is.
]]
arguments = { "stemcell_cid: cid" }
effect = "read"
timeout = 60

function run(stemcell_cid)
  log.info("image %d is kept: it belongs to a light stemcell", must(image.id_of(stemcell_cid)))
end
