-- Another disk tier for each deployment. A request for a disk does not name its deployment, but the VM that it is made
-- for has been tagged by set_vm_metadata: deployment:cf.
local site = require "site"
local tags = require "bosh.tags"
local virtual_guest = require "softlayer.virtual_guest"

local function deployment_of(vm_cid)
  local guest = must(virtual_guest.get(vm_cid, "id,tagReferences.tag.name"))
  for _, name in ipairs(tags.names(guest.tagReferences)) do
    local deployment = name:match "^deployment:(.+)$"
    if deployment then return deployment end
  end
end

function before.locate(spec, vm_cid)
  if spec.tier or spec.iops or not vm_cid then return end -- the manifest says, or nobody can
  spec.tier = site.tiers[deployment_of(vm_cid)]
end
