-- File storage: the workflow file_volume for people, and NFS volumes as disks of a director.
local eventually = require "support.eventually"
local folder = require "support.folder"
local json = require "core.json"
local requests = require "support.requests"
local world = require "support.world"

local DAL13 = { datacenter = "dal13", cpu = 1, memory = 1024, domain = "example.com" }
local ADDRESS = "nfsdal1301a%-fz%.service%.softlayer%.com:/IBM02SEV278444_%d+/data01"

local function create_vm(w) return w:result(requests.create_vm { properties = DAL13 })[1] end

local function runner(w)
  return function(...)
    local answer = w:command { "run", "file_volume", ... }
    return answer.stdout, answer.stderr:match "\n?slcpi: ([^\n]*)\n$"
  end
end

-- Until what was cancelled is reclaimed.
local function is_empty(w)
  w.sim:ask("POST", "advance", { seconds = 24 * 3600 })
  local left = w.sim:inventory()
  assert.same({ 0, 0, 0 }, { #left.guests, #left.volumes, left.billed })
end

-- The workflow's records; beside them are kept prices.
local function records(w)
  local found = {}
  for _, path in ipairs(w:record_paths()) do
    if path:find "/file_volume%-" then found[#found + 1] = json.decode(folder.read(path)).record end
  end
  return found
end

local function refusals(w)
  local refused = {}
  for _, call in ipairs(w.sim:journal()) do
    if call.error then refused[#refused + 1] = ("%s: %s"):format(call.method, call.error) end
  end
  return refused
end

describe("slcpi run file_volume", function()
  local w, run
  before_each(function()
    w = world.start()
    run = runner(w)
  end)
  after_each(function() w:close() end)

  local function order(...)
    local text, err = run("order", ...)
    return assert(text:match "^volume (%d+): ", err), text
  end

  -- The one row of `list`, by its columns.
  local function listed()
    local rows = {}
    for line in run("list"):gmatch "[^\n]+" do rows[#rows + 1] = line end
    return rows[2], #rows - 1
  end

  it("orders a volume, lets hosts mount it, lists and cancels it", function()
    local vm = create_vm(w)
    local guest = w.sim:api("SoftLayer_Virtual_Guest/" .. vm,
      "primaryBackendIpAddress,primaryBackendNetworkComponent.primarySubnet.id")
    local subnet, ip = guest.primaryBackendNetworkComponent.primarySubnet.id, guest.primaryBackendIpAddress
    w.sim:ask("DELETE", "journal")
    local volume, text = order("size=40", "tier=4", "datacenter=dal13", "snapshot_space=5")
    assert.truthy(text:find("^volume %d+: 40 GB in dal13\nmount address: " .. ADDRESS .. "\n$"), text)
    for _, host in ipairs { "vm=" .. vm, ("subnet=%d"):format(subnet), "address=" .. ip } do
      text = run("authorise", volume, host)
      assert.truthy(text:find(" may mount volume " .. volume .. "\nmount address: " .. ADDRESS), text)
    end
    text = listed()
    assert.truthy(text:find(("^%s +40 +WRITEHEAVY_TIER +dal13 +%s +address=%s subnet=%d vm=%s$"):format(volume, ADDRESS,
      ip:gsub("%.", "%%."), subnet, vm)), text)
    for _, host in ipairs { "vm=" .. vm, ("subnet=%d"):format(subnet), "address=" .. ip } do
      assert.truthy(run("revoke", volume, host):find " may no longer mount volume ")
    end
    assert.truthy(listed():find("data01$"))
    assert.equal(("volume %s is cancelled\n"):format(volume), (run("cancel", volume)))
    assert.equal("there are no file volumes\n", (run "list"))
    assert.same({}, refusals(w))
    assert.equal(1, #w.sim:journal "placeOrder")
    w:result(requests.of("delete_vm", vm))
    is_empty(w)
  end)

  it("orders performance storage in the configuration's datacenter, by the month if that is wanted", function()
    w:configure { cloud = { properties = { softlayer = { datacenter = "ams01" } } } }
    order("size=100", "iops=500", "hourly=false")
    local container = w.sim:journal("placeOrder")[1].arguments[1]
    assert.same({ 100, 500, false }, { container.volumeSize, container.iops, container.useHourlyPricing })
    assert.is_nil(container.osFormatType)
    assert.truthy(listed():find " 500 IOPS +ams01 ")
  end)

  for what, fault in pairs { ["is lost"] = "do=drop executed", ["is a page of a proxy"] = "do=html status=504 executed",
    ["comes from an order that took effect later"] = "do=html status=504 late=60" } do
    it("makes one volume when the order's answer " .. what, function()
      w.sim:fault("Product_Order.placeOrder count=1 " .. fault)
      local volume = order("size=40", "tier=4", "datacenter=dal13")
      assert.equal(1, #w.sim:journal "placeOrder")
      local volumes = w.sim:inventory().volumes
      assert.equal(1, #volumes)
      assert.equal(volume, ("%d"):format(volumes[1].id))
    end)
  end

  it("goes on with an order that was interrupted; after a success the same words buy another volume", function()
    w.sim:fault "Network_Storage.getObject count=1 do=hang"
    local process = w:begin_command { "run", "file_volume", "order", "size=40", "tier=4", "datacenter=dal13" }
    eventually("a look at the volume", function() return w.sim:ask("GET", "faults")[1].fired == 1 end)
    process:signal "TERM"
    assert.equal(1, process:finish().status)
    local first = order("size=40", "tier=4", "datacenter=dal13")
    assert.equal(1, #w.sim:journal "placeOrder")
    assert.are_not.equal(first, (order("size=40", "tier=4", "datacenter=dal13")))
    assert.equal(2, #w.sim:inventory().volumes)
  end)

  it("gives back what a failed order made", function()
    w.sim:fault "Network_Storage.getObject count=1 do=unauthorized"
    local _, err = run("order", "size=40", "tier=4", "datacenter=dal13")
    assert.truthy(err:find("getObject", 1, true), err)
    is_empty(w)
    local record = records(w)[1]
    assert.equal("ABANDONED", record.stage)
    assert.same({}, record.left_behind)
  end)

  it("forgets a cancelled volume", function()
    local volume = order("size=40", "tier=4", "datacenter=dal13")
    assert.equal("DONE", records(w)[1].stage)
    run("cancel", volume)
    assert.same({}, records(w))
  end)

  it("leaves block volumes and what is gone alone", function()
    local block = ("%d"):format(w.sim:ask("POST", "volume", {}).id)
    w.sim:ask("DELETE", "journal")
    for _, words in ipairs { { "cancel", block }, { "authorise", block, "address=10.0.0.1" },
      { "revoke", block, "address=10.0.0.1" } } do
      local _, err = run(table.unpack(words))
      assert.truthy(err:find(block .. " is no file volume but of type ISCSI", 1, true), err)
    end
    assert.equal(3, #w.sim:journal()) -- one look each
    local _, err = run("cancel", "5")
    assert.equal("DiskNotFound: Disk '5' not found", err)
    assert.equal(1, #w.sim:inventory().volumes)
  end)

  for words, told in pairs {
    ["move 5"] = "there is no action 'move'; there are: authorise, cancel, list, order, revoke",
    ["authorise 5"] = "authorise takes volume; one of vm, subnet, address (0 of these are given)",
    ["authorise 5 vm=1 subnet=2"] = "authorise takes volume; one of vm, subnet, address (2 of these are given)",
    ["cancel"] = "cancel takes volume ('volume' is missing)",
    ["cancel 5 size=40"] = "cancel takes volume (not 'size')",
    ["order sise=40"] = "there is no argument 'sise' but action, volume, size, ",
    ["order tier=4"] = "order takes size; perhaps tier, iops, datacenter, snapshot_space, hourly ('size' is missing)",
    ["order size=0 datacenter=dal13"] = "a volume of 0 GB is not possible",
    ["order size=40"] = "order needs a 'datacenter'",
    ["order size=40 tier=4 iops=100 datacenter=dal13"] = "exclude each other",
  } do
    it("refuses before anything is asked: " .. words, function()
      local list = {}
      for word in words:gmatch "%S+" do list[#list + 1] = word end
      local _, err = run(table.unpack(list))
      assert.truthy(err and err:find(told, 1, true), err)
      assert.same({}, w.sim:journal())
    end)
  end
end)

describe("a disk of protocol nfs", function()
  local NFS = { protocol = "nfs", tier = 4, datacenter = "dal13" }
  local w
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  it("is refused before anything is asked unless the stemcell takes preformatted disks", function()
    local err = w:failure(requests.of("create_disk", 40960, NFS))
    assert.equal("Bosh::Clouds::NotSupported", err.type)
    assert.truthy(err.message:find("softlayer.preformatted_disks", 1, true), err.message)
    assert.same({}, w.sim:journal())
  end)

  it("lives as other disks do, and is mounted by its path", function()
    w:configure { cloud = { properties = { softlayer = { preformatted_disks = true } } } }
    local vm = create_vm(w)
    local disk = w:result(requests.of("create_disk", 40960, NFS, vm))
    local block = w:result(requests.of("create_disk", 20480, { tier = 2 }, vm))
    local function ask(method, ...) return w:result(requests.of(method, ...)) end
    for _ = 1, 2 do
      local hint = ask("attach_disk", vm, disk)
      assert.same({ id = disk, path = hint.path }, hint)
      assert.truthy(hint.path:find("^" .. ADDRESS .. "$"), hint.path)
    end
    assert.truthy(ask("attach_disk", vm, block).iscsi_settings)
    local disks = { disk, block }
    table.sort(disks)
    assert.same(disks, ask("get_disks", vm))
    assert.is_true(ask("has_disk", disk))
    ask("detach_disk", vm, disk)
    assert.same({ block }, ask("get_disks", vm))
    for _, cid in ipairs(disks) do
      ask("delete_disk", cid)
      assert.is_false(ask("has_disk", cid))
    end
    ask("delete_vm", vm)
    assert.same({}, refusals(w))
    is_empty(w)
  end)

  it("is not among a VM's disks where file volumes cannot be disks", function()
    local vm = create_vm(w)
    local file = ("%d"):format(w.sim:ask("POST", "volume", { type = "NAS" }).id)
    runner(w)("authorise", file, "vm=" .. vm)
    assert.same({}, w:result(requests.of("get_disks", vm)))
  end)
end)
