--- What must hold of an answer that was a success: the account agrees with it. Each check is told the case, the step,
--- the result and the inventory after it, and keeps book of what the director holds now.

local checks = {}

local function thing(inventory, cid)
  for _, list in ipairs { inventory.guests, inventory.volumes, inventory.snapshots } do
    for _, one in ipairs(list) do
      if tostring(one.id) == cid then return one end
    end
  end
end

local function cid_of(result) return type(result) == "table" and result[1] or result end

function checks.create_vm(self, step, result, inventory)
  local cid = cid_of(result)
  local found = thing(inventory, cid)
  assert(found and found.billed, ("%s answered %s, which does not live"):format(step.method, cid))
  for name, other in pairs(self.cids) do
    assert(other ~= cid or name == step.makes, ("%s is the answer for %s and for %s"):format(cid, name, step.makes))
  end
  self.cids[step.makes] = cid
end
checks.create_disk = checks.create_vm

function checks.snapshot_disk(self, step, result, inventory)
  assert(thing(inventory, result), "the snapshot is not there")
  self.cids[step.makes] = result
end

function checks.gone(self, step, _, inventory)
  local cid = self.cids[step.about[1]]
  local found = thing(inventory, cid)
  assert(not found or not found.billed, ("%s succeeded, but %s is still billed"):format(step.method, cid))
  self.cids[step.about[1]] = nil
end
checks.delete_vm, checks.delete_disk = checks.gone, checks.gone

local function exists(self, step, result, inventory)
  local found = thing(inventory, self.cids[step.about[1]])
  assert(result or not (found and found.billed), step.method .. " answered false for what lives")
end
checks.has_vm, checks.has_disk = exists, exists

function checks.detach_disk(self, step, _, inventory)
  local found = thing(inventory, self.cids[step.about[2]])
  assert(self.lied or self.hosts[step.about[2]] ~= step.about[1] or found.hosts == 0, "the volume was not detached")
  self.hosts[step.about[2]] = nil
end

function checks.attach_disk(self, step, result, inventory)
  local name = step.about[2]
  assert(thing(inventory, self.cids[name]).hosts > 0, "the volume was not attached")
  self.hosts[name] = self.hosts[name] == nil and step.about[1] or "several"
  self.secrets["CHAP password"] = result.iscsi_settings.password
end

return checks
