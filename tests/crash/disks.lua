--- Scenarios of crash.scenarios: volumes and snapshots.

local json = require "core.json"
local parts = require "crash.parts"
local requests = require "support.requests"

local same = parts.same

local function notes_of(c, cid)
  return c.w.sim:api("SoftLayer_Network_Storage/" .. cid .. "/getObject", "notes").notes
end

-- A volume of an answer: the only one.
local function check_volume(c, cid) same({ cid }, c:ids "volumes", "volumes") end
local function delete_volume(c, cid) c:ask("delete_disk", cid) end

local function disk(kind, properties)
  return { action = "create_disk", kind = kind, check = check_volume, finish = delete_volume, begin = function()
    return requests.of("create_disk", 20480, properties)
  end }
end

-- What the actions on a volume begin and end with.
local function on_volume(action, kind, fields, request, check)
  return { action = action, kind = kind, check = check, finish = function(c) delete_volume(c, c.disk) end,
    begin = function(c)
      c.disk = c:volume(fields)
      return request(c)
    end }
end

local function size_of(c)
  local volume = c.w.sim:api("SoftLayer_Network_Storage/" .. c.disk .. "/getObject", "capacityGb,provisionedIops")
  return { volume.capacityGb, tonumber(volume.provisionedIops) }
end

local function changed(size, iops)
  return function(c) same({ size, iops }, size_of(c), "size and IOPS") end
end

local function hosts(n) return function(c) same(n, c:inventory().volumes[1].hosts or 0, "hosts of the volume") end end

local function on_both(action, begin, check)
  return { action = action, kind = "", begin = function(c)
    c.vm, c.disk = c:guest(), c:volume()
    return begin(c)
  end, check = check, finish = function(c)
    c:ask("detach_disk", c.vm, c.disk)
    same(0, c:inventory().volumes[1].hosts or 0, "hosts after detach_disk")
    c:ask("delete_disk", c.disk)
    c:ask("delete_vm", c.vm)
  end }
end

return {
  disk("performance", { iops = 300, datacenter = "ams01" }),
  disk("endurance", { tier = 2, datacenter = "ams01" }),
  disk("snapshot space", { tier = 4, snapshot_space = 20, datacenter = "ams01" }),
  on_both("attach_disk", function(c) return requests.of("attach_disk", c.vm, c.disk) end, function(c, result)
    same(c.disk, result.id, "the hint's disk")
    hosts(1)(c)
  end),
  on_both("detach_disk", function(c)
    c:ask("attach_disk", c.vm, c.disk)
    return requests.of("detach_disk", c.vm, c.disk)
  end, hosts(0)),
  { action = "delete_disk", kind = "", check = parts.nothing, finish = parts.nothing, begin = function(c)
    return requests.of("delete_disk", c:ask("create_disk", 20480, { tier = 2, datacenter = "ams01" }))
  end },
  on_volume("snapshot_disk", "", { snapshot_space = 20 }, function(c)
    return requests.of("snapshot_disk", c.disk, { deployment = "cf" })
  end, function(c, cid)
    same({ cid }, c:ids "snapshots", "snapshots")
    c:ask("delete_snapshot", cid)
  end),
  on_volume("delete_snapshot", "", { snapshot_space = 20 }, function(c)
    return requests.of("delete_snapshot", c:ask("snapshot_disk", c.disk, {}))
  end, function(c) same(json.array {}, c:ids "snapshots", "snapshots") end),
  on_volume("resize_disk", "", { size = 100, iops = 1000 }, function(c)
    return requests.of("resize_disk", c.disk, 200 * 1024)
  end, changed(200, 1000)),
  on_volume("update_disk", "", { size = 100, iops = 1000 }, function(c)
    return requests.of("update_disk", c.disk, 200 * 1024, { iops = 2000 })
  end, changed(200, 2000)),
  on_volume("set_disk_metadata", "", {}, function(c)
    return requests.of("set_disk_metadata", c.disk, { deployment = "cf", job = "web" })
  end, function(c) same("deployment:cf, job:web", notes_of(c, c.disk), "notes") end),

  { action = "file_volume", kind = "order", begin = function()
    return { command = { "run", "file_volume", "order", "size=40", "tier=4", "datacenter=ams01" } }
  end, check = function(c, text) check_volume(c, text:match "^volume (%d+):") end, finish = function(c, text)
    c:command { "run", "file_volume", "cancel", text:match "^volume (%d+):" }
  end },
}
