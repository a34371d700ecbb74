-- README's hooks, as they stand there: what they do, and that list, check and plan show them.
local folder = require "support.folder"
local json = require "core.json"
local requests = require "support.requests"
local world = require "support.world"

local HOOKS = folder.read "README.md":match "\n## Hooks\n.-\n```lua\n(.-)```"

describe("README's hooks", function()
  local w, dir
  before_each(function()
    w = world.start()
    dir = w:overlay { ["hooks/create_vm.lua"] = HOOKS }
  end)
  after_each(function() w:close() end)

  local function site() return { arguments = { "--overlay", dir } } end

  local function orders()
    local places = {}
    for i, call in ipairs(w.sim:journal "createObject") do places[i] = call.arguments[1].datacenter.name end
    return places
  end

  local function give_back(vm)
    w:result(requests.of("delete_vm", vm), site())
    w.sim:ask("POST", "advance", { seconds = 7200 })
    assert.same({ 0, 0, {} }, { #w.sim:inventory().guests, w.sim:inventory().billed, w:record_paths() })
  end

  it("are nothing that check complains of, and are listed where they act", function()
    local run = w:command { "check", "--overlay", dir }
    assert.equal(0, run.status)
    assert.matches("1 overlay file, 3 hooks: all is well\n$", run.stdout)
    assert.truthy(folder.read("README.md"):find(run.stdout, 1, true), "README shows another count: " .. run.stdout)
    local text = w:command({ "list", "--overlay", dir }).stdout
    for _, hook in ipairs { "before.tag", "after.plan", "before.provision" } do
      assert.truthy(text:find(("hook %s  %s/hooks/create_vm.lua:"):format(hook, dir), 1, true), text)
    end
    local listed = text:match "\n(create_vm  [^\n]*\n[^\n]*\n)"
    assert.truthy(folder.read("README.md"):find(listed, 1, true), "README shows other steps: " .. listed)
  end)

  it("are in a plan", function()
    local run = w:command { "plan", w.at:write("request.json", requests.LOGGED), "--overlay", dir }
    assert.equal(0, run.status)
    for _, text in ipairs { "  plan\n    hook after.plan  %s/", "  provision\n    hook before.provision  %s/",
      ", tag (hook before.tag %s/" } do
      assert.truthy(run.stdout:find(text:format(dir), 1, true), run.stdout)
    end
  end)

  it("are in a trace", function()
    local vm = w:result(requests.create_vm(), { arguments = { "--overlay", dir, "--trace", w.at.path .. "/trace.jsonl" } })[1]
    local text = w:command({ "trace", w.at.path .. "/trace.jsonl" }).stdout
    for _, hook in ipairs { "before.tag", "after.plan", "before.provision" } do assert.truthy(text:find(hook, 1, true), text) end
    give_back(vm)
  end)

  it("add a tag", function()
    local vm = w:result(requests.create_vm { env = { bosh = { tags = { team = "data" } } } }, site())[1]
    assert.same({ "site:ams, team:data" }, { table.unpack(w.sim:journal "setTags"[1].arguments) })
    give_back(vm)
  end)

  it("refuse a VM type before anything is asked", function()
    local err = w:failure(requests.create_vm { properties = { datacenter = "ams01", cpu = 32, memory = 1024 } }, site())
    assert.same({ "Bosh::Clouds::CloudError", "32 cores: this site allows 16" }, { err.type, err.message })
    assert.same({}, w.sim:journal())
  end)

  for way, disk in pairs { createObject = 0, placeOrder = 20 } do
    it("order in another datacenter where capacity is refused, by " .. way, function()
      w.sim:ask("POST", "capacity", { router = "bcr01a.ams01", available = 0 })
      local properties = { datacenter = "ams01", cpu = 1, memory = 1024, domain = "example.com", ephemeral_disk_size = disk }
      local vm, run = w:result(requests.create_vm { properties = properties }, site())
      assert.matches("no room for a guest, so a guest in ams03 is ordered", run.stderr)
      local guest = w.sim:api(("SoftLayer_Virtual_Guest/%s/getObject"):format(vm[1]), "datacenter.name")
      assert.equal("ams03", guest.datacenter.name)
      assert.equal(2, #w.sim:journal(way))
      assert.equal(1, #w.sim:inventory().guests)
      give_back(vm[1])
    end)
  end

  it("leave a VM with its disks where it is", function()
    w.sim:ask("POST", "capacity", { router = "bcr01a.ams01", available = 0 })
    local request = requests.create_vm()
    request.arguments[5] = json.array { "5" }
    assert.matches("insufficient resources", w:failure(request, site()).message)
    assert.same({ "ams01" }, orders())
  end)
end)

describe("a hook of a script that there is not", function()
  it("stops every request, because a rule that is passed over in silence is none", function()
    local w = world.start { offline = true }
    local _ <close> = setmetatable({}, { __close = function() w:close() end })
    local site = { arguments = { "--overlay", w:overlay { ["hooks/creat_vm.lua"] = "" } } }
    assert.matches("hooks/creat_vm.lua hooks 'creat_vm', and there is no such script, did you mean 'create_vm'?",
      w:failure(requests.create_vm(), site).message, nil, true)
  end)
end)

describe("a bug in a hook of a late step", function()
  local w
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  for what, case in pairs {
    ["of create_vm"] = { "hooks/create_vm.lua", "function before.tag(_, wanted) wanted.team = wanted.nothing .. 'x' end",
      requests.create_vm() },
    ["of create_disk"] = { "hooks/create_disk.lua", "function after.await(volume) return volume.nothing.id end",
      requests.of("create_disk", 20480, { datacenter = "dal13" }, json.null) },
  } do
    it(what .. " gives back what was bought, and is not worth another try", function()
      local err = w:failure(case[3], { arguments = { "--overlay", w:overlay { [case[1]] = case[2] } } })
      assert.matches("attempt to %l+ a nil value", err.message)
      assert.is_false(err.ok_to_retry)
      w.sim:ask("POST", "advance", { seconds = 7200 })
      assert.equal(0, w.sim:inventory().billed)
    end)
  end
end)
