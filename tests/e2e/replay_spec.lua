-- Recordings: a machine's and its disks' whole life is played again without a server, and no secret is in it.
local director = require "support.director"
local eventually = require "support.eventually"
local folder = require "support.folder"
local json = require "core.json"
local leaks = require "support.leaks"
local requests = require "support.requests"
local sys = require "core.sys"
local stemcells = require "support.stemcells"
local world = require "support.world"

local SECRETS = {
  ["API key"] = 'k/3y+~"w\\rd&1=9e8d7c6b5a',
  ["mbus password"] = "mbus-p4ss_w0rd-xyzzy",
  ["blobstore password"] = "bl0b/st+re p4ss",
  ["VM password"] = "$6$rounds=5000$sAlt$h4sh/ed+value.",
  ["nested token"] = "tok3n-\u{fc}ber-\u{1f600}-secret",
}

local ENV = { bosh = { password = SECRETS["VM password"] }, custom = { api_token = SECRETS["nested token"] } }

local w, tape, scratch

local function start(options)
  w = world.start(options)
  tape = w.at.path .. "/tape"
  w.sim:ask("POST", "user", { user = "sim", key = SECRETS["API key"] })
  w.settings = { cloud = { properties = {
    softlayer = { api_key = SECRETS["API key"], native_resize = true },
    agent = { mbus = "nats://nats:" .. SECRETS["mbus password"] .. "@10.0.0.4:4222",
      blobstore = { options = { password = SECRETS["blobstore password"] } } },
    registry = options and options.registry and { endpoint = options.registry(w), username = "admin", password = "admin" },
  } } }
  for name, value in pairs(stemcells.storages(w.sim)["COS with HMAC"]) do w.settings.cloud.properties.softlayer[name] = value end
  w:configure(w.settings)
end

local function record(request) return w:begin(request, { arguments = { "--record", tape } }):finish() end

local function replay(request)
  return w:begin(request, { config = "", arguments = { "--replay", tape }, environment = { "TMPDIR=" .. scratch } }):finish()
end

local function recordings()
  local found = {}
  for _, path in ipairs(folder.files(tape)) do
    if path:find "%.jsonl$" then found[#found + 1] = path end
  end
  return found
end

local function lines(path)
  local found = {}
  for line in folder.read(path):gmatch "[^\n]+" do found[#found + 1] = json.decode(line) end
  return found
end

-- From here on there is no server, and nothing of the account.
local function leave()
  assert.equal("", w.sim:stop())
  w.sim = nil
  scratch = w.at.path .. "/scratch"
  os.execute("mkdir " .. scratch)
  os.execute("rm -rf " .. folder.quoted(w.at.path .. "/state"))
end

local told -- every request of the life with its run

local function act(request)
  local run = record(request)
  local document = world.answer(run)
  assert.equal(json.null, document.error, run.stderr)
  told[#told + 1] = { request = request, stdout = run.stdout, result = document.result }
  return document.result
end

local function live()
  told = {}
  stemcells.write(w.at)
  local image = act(requests.of("create_stemcell", "image", { infrastructure = "softlayer",
    ["virtual-disk-image-id"] = 380214 }))
  local vm = act(requests.create_vm { stemcell = image, env = ENV })[1]
  act(requests.of("has_vm", vm))
  act(requests.of("set_vm_metadata", vm, { deployment = "demo", job = "web", index = "0" }))
  local disk = act(requests.of("create_disk", 20480, { iops = 500, snapshot_space = 20 }, vm))
  act(requests.of("attach_disk", vm, disk))
  act(requests.of("get_disks", vm))
  act(requests.of("set_disk_metadata", disk, { deployment = "demo" }))
  local snapshot = act(requests.of("snapshot_disk", disk, { deployment = "demo" }))
  act(requests.of("resize_disk", disk, 40960))
  act(requests.of("delete_snapshot", snapshot))
  act(requests.of("detach_disk", vm, disk))
  act(requests.of("delete_disk", disk))
  act(requests.of("has_disk", disk))
  act(requests.of("reboot_vm", vm))
  act(requests.of("delete_vm", vm))
  act(requests.of("has_vm", vm))
  act(requests.of("delete_stemcell", act(requests.of("create_stemcell", w.at.path .. "/stemcell/image",
    { name = "bosh-stemcell", version = "5", ["os-code"] = "UBUNTU_20_64" }))))
end

-- What the API told to be secret is a mark in the replay.
local function disguised(text, secret, mark) return (text:gsub(secret:gsub("%p", "%%%0"), (mark:gsub("%%", "%%%%")))) end

describe("a recording of a whole life", function()
  lazy_setup(function() start() live() leave() end)
  lazy_teardown(function() w:close() end)

  it("holds one file per request, for its owner alone", function()
    local files = recordings()
    assert.equal(#told, #files)
    for i, path in ipairs(files) do
      assert.equal(("%04d-%s.jsonl"):format(i, told[i].request.method), path:match "[^/]+$")
      local mode = io.popen("stat -c %a " .. folder.quoted(path)):read "l"
      assert.equal("600", mode)
    end
  end)

  it("is played byte by byte, by who has neither configuration, network nor state", function()
    for i, each in ipairs(told) do
      local run = replay(each.request)
      local expected = each.stdout
      if each.request.method == "attach_disk" then
        local password = each.result.iscsi_settings.password
        local answer = director.read(run.stdout).result
        assert.truthy(answer.iscsi_settings.password:find "^<secret%-%w+>$")
        expected = disguised(expected, password, answer.iscsi_settings.password)
      end
      assert.equal(expected, run.stdout, ("%d %s\n%s"):format(i, each.request.method, run.stderr))
      assert.falsy(run.stderr:find "warn", run.stderr)
    end
    assert.same({}, folder.files(w.at.path .. "/state"))
    assert.same({}, sys.list(scratch))
  end)

  it("is played from its own first line", function()
    for i, path in ipairs(recordings()) do
      local header = lines(path)[1]
      local document = director.read(replay({ method = header.method, arguments = header.arguments }).stdout)
      assert.same(lines(path)[#lines(path)].answer, { result = document.result }, told[i].request.method)
    end
  end)

  it("has no secret in it", function()
    local secrets = { ["CHAP password"] = told[6].result.iscsi_settings.password,
      ["HMAC secret"] = "sim-secret-key", ["IAM key"] = "sim-iam-key" }
    for name, secret in pairs(SECRETS) do secrets[name] = secret end
    for _, path in ipairs(folder.files(tape)) do leaks.check(path, folder.read(path), secrets) end
  end)

  it("has the same mark for the same secret in all its files", function()
    local marks = {}
    for _, path in ipairs(recordings()) do
      local header = lines(path)[1]
      marks[header.config.softlayer.api_key] = true
      marks[header.config.agent.mbus:match "<secret%-%w+>"] = true
    end
    local count = 0
    for _ in pairs(marks) do count = count + 1 end
    assert.equal(2, count)
  end)
end)

describe("a recording", function()
  before_each(function() start() end)
  after_each(function() w:close() end)

  -- Records, then plays it; both answers are the same, whatever they are.
  local function both(request)
    local run = record(request)
    leave()
    local again = replay(request)
    assert.equal(run.stdout, again.stdout, again.stderr)
    assert.falsy(again.stderr:find "the answer is not the one", again.stderr)
    return director.read(run.stdout), run
  end

  local function count(pattern)
    local n = 0
    for _, path in ipairs(recordings()) do
      for _, line in ipairs(lines(path)) do
        if json.encode(line):find(pattern) then n = n + 1 end
      end
    end
    return n
  end

  it("has every attempt of a call, and replays them", function()
    w.sim:fault "Virtual_Guest.getObject count=2 do=html status=502"
    local document = both(requests.create_vm())
    assert.equal(json.null, document.error)
    assert.equal(2, count '"results".*"status":502')
  end)

  it("replays a refusal", function()
    w.sim:fault "Virtual_Guest.createObject do=error"
    assert.not_equal(json.null, both(requests.create_vm()).error)
  end)

  it("replays an order whose answer was lost, with the look for it", function()
    w.sim:fault "Virtual_Guest.createObject count=1 do=reset"
    both(requests.create_vm())
  end)

  it("replays what a deadline ended, and the rollback", function()
    w:close()
    start { speed = 50 } -- seconds in a message depend on the machine; at 1000 all else does, too
    w.settings.engine = { timeouts = { create_vm = 100 } }
    w:configure(w.settings)
    local run = record(requests.create_vm())
    assert.equal(1, #w.sim:journal "deleteObject")
    leave()
    local again = replay(requests.create_vm())
    assert.truthy(run.stdout:find "time was over", run.stdout)
    assert.equal((run.stdout:gsub("waited %d+ s", "")), (again.stdout:gsub("waited %d+ s", "")), again.stderr)
    assert.falsy(again.stderr:find "leaves its recording", again.stderr)
  end)

  it("replays an error that shows secrets in none of them", function()
    w.sim:fault(('*.* do=error text="bad key %s"'):format(SECRETS["API key"]:sub(1, 8)))
    w.sim:fault(('*.* do=error text="bad password %s"'):format(SECRETS["VM password"]))
    local document = both(requests.create_vm { env = ENV })
    assert.not_equal(json.null, document.error)
    for _, path in ipairs(folder.files(tape)) do leaks.check(path, folder.read(path), SECRETS) end
  end)

  it("replays a request that goes on with an order on record", function()
    w.sim:fault "Product_Order.placeOrder do=delay delay=60 executed"
    local request = requests.of("create_disk", 20480, { datacenter = "ams01" })
    local process = w:begin(request, { arguments = { "--record", tape } })
    eventually("the order", function() return #w.sim:journal "placeOrder" == 1 end)
    process:signal "TERM"
    assert.is_true(world.answer(process:finish()).error.ok_to_retry)
    w.sim:heal()
    local run = record(request)
    assert.equal(1, #w.sim:journal "placeOrder")
    assert.equal(json.null, world.answer(run).error, run.stderr)
    leave()
    local document = world.answer(replay(request))
    assert.is_true(document.error.ok_to_retry)
    local again = replay(request)
    assert.equal(run.stdout, again.stdout, again.stderr)
  end)

  it("replays a wrong configuration", function()
    w.settings.cloud.properties.softlayer.strict = "perhaps"
    w:configure(w.settings)
    assert.truthy(both(requests.of("has_vm", "5")).error.message:find "strict must be")
  end)

  it("replays a request without a state directory", function()
    w.settings.engine = { state_dir = "/proc/none" }
    w:configure(w.settings)
    assert.equal(json.null, both(requests.create_vm()).error)
    assert.equal(1, count '{"state":false}')
  end)

  it("replays a method that is not there", function()
    assert.equal("Bosh::Clouds::NotImplemented", both(requests.of("make_coffee")).error.type)
  end)

  it("of an interrupted request is played up to its end, and says so", function()
    local run = record(requests.create_vm())
    leave()
    local path = recordings()[1]
    local text = folder.read(path)
    local torn = assert(io.open(path, "wb"))
    torn:write(text:sub(1, math.floor(#text * 0.6)))
    torn:close()
    local document = director.read(replay(requests.create_vm()).stdout)
    assert.truthy(run.stdout ~= "" and document.error.message:find "the recording ends here: it was interrupted")
  end)

  it("is strict: another request is an error that shows the nearest", function()
    record(requests.of("has_vm", "118459218"))
    leave()
    local err = director.read(replay(requests.of("has_vm", "5")).stdout).error
    assert.equal('no recording of has_vm in ' .. tape .. ' fits; the nearest is 0001-has_vm.jsonl, with '
      .. 'arguments[1]: asked "5", recorded "118459218"', err.message)
    err = director.read(replay(requests.of("has_vn", "5")).stdout).error
    assert.truthy(err.message:find "there is no recording of has_vn in .*, but one of has_vm$", err.message)
  end)

  local function changed(pattern, to)
    local path = recordings()[1]
    local text, n = folder.read(path):gsub(pattern, to)
    assert.is_true(n > 0)
    local file = assert(io.open(path, "wb"))
    file:write(text)
    file:close()
  end

  it("is strict: another call is an error that shows the nearest", function()
    record(requests.create_vm())
    leave()
    changed('"hostname":"bosh%-', '"hostname":"hsob-')
    local err = director.read(replay(requests.create_vm()).stdout).error
    assert.truthy(err.message:find(tape .. "/0001-create_vm.jsonl after 1 of ", 1, true), err.message)
    assert.truthy(err.message:find "SoftLayer_Virtual_Guest::createObject is asked, recorded is line %d+, ", err.message)
    assert.truthy(err.message:find 'args%[1%]%.hostname: asked "bosh%-%w+", recorded "hsob%-%w+"', err.message)
  end)

  for what, change in pairs {
    mask = { '"mask":"id,name', '"mask":"id,NAME' }, method = { '"method":"getObject"', '"method":"getObjekt"' },
    id = { '"id":"380214"', '"id":"380215"' }, service = { '"service":"Virtual_Guest_Block', '"service":"Virtual_Guest_Bluck' },
  } do
    it("is strict about a call's " .. what, function()
      record(requests.of("create_vm", table.unpack(requests.create_vm().arguments)))
      leave()
      changed(change[1], change[2])
      local err = director.read(replay(requests.create_vm()).stdout).error
      assert.truthy(err.message:find("the request leaves its recording", 1, true), err.message)
      assert.truthy(err.message:find(what .. ": asked ", 1, true), err.message)
    end)
  end

  it("is strict: what is recorded must be asked", function()
    record(requests.of("has_vm", "118459218"))
    leave()
    local path = recordings()[1]
    local text = folder.read(path)
    local flight = text:match '(%b{}\n){"answer"' or text:match '\n({"at"[^\n]*\n)'
    changed('{"answer"', function(found) return flight .. found end)
    local err = director.read(replay(requests.of("has_vm", "118459218")).stdout).error
    assert.truthy(err.message:find("the request ended before its recording", 1, true), err.message)
  end)

  it("is played by people's commands, too", function()
    local run = w:command { "call", "has_vm", "118459218", "--record", tape }
    leave()
    local again = w:command { "call", "has_vm", "118459218", "--replay", tape }
    assert.same({ 0, run.stdout }, { again.status, again.stdout }, again.stderr)
    again = w:command { "call", "has_vm", "6", "--replay", tape }
    assert.equal(1, again.status)
    assert.truthy(again.stderr:find "the nearest is 0001")
  end)

  it("of a workflow is played, too", function()
    local words = { "run", "file_volume", "order", "size=40", "tier=4", "datacenter=dal13" }
    local function with(option) return table.move({ option, tape }, 1, 2, #words + 1, table.move(words, 1, #words, 1, {})) end
    local run = w:command(with "--record")
    assert.equal(0, run.status, run.stderr)
    leave()
    local again = w:command(with "--replay")
    assert.same({ 0, run.stdout }, { again.status, again.stdout }, again.stderr)
  end)

  it("brings its clock, its boot and its random numbers along", function()
    local overlay = w:overlay { ["scripts/tell.lua"] = [[
local moment, sys = require "moment", require "core.sys"
description = "Tells what only this process knows."
arguments = {}
effect = "read"
timeout = 60
function run() return { moment.boot(), sys.uuid(), os.date("!%F", math.floor(sys.now())) } end
]] }
    local function ask(option) return w:result(requests.of "tell", { arguments = { option, tape, "--overlay", overlay } }) end
    local told_then = ask "--record"
    changed('"boot":"[^"]+"', '"boot":"another"')
    changed('"now":%d+', '"now":86400')
    assert.same({ "another", told_then[2], "1970-01-02" }, ask "--replay")
  end)

  it("names no place outside its own", function()
    record(requests.create_vm())
    leave()
    changed('{"file":"[^"]+"', '{"file":"../escaped.json","text":"x"')
    local err = director.read(replay(requests.create_vm()).stdout).error
    assert.truthy(err.message:find("is no name of a record", 1, true), err.message)
    assert.same({}, sys.list(scratch))
  end)

  it("is not both made and played", function()
    local run = w:command { "call", "ping", "--record", tape, "--replay", tape }
    assert.equal(1, run.status)
    run = w:begin(requests.of "ping", { arguments = { "--record", tape, "--replay", tape } }):finish()
    assert.equal(2, run.status)
  end)

  it("that cannot be written is an error before anything is asked", function()
    local err = w:failure(requests.create_vm(), { arguments = { "--record", "/proc/none" } })
    assert.truthy(err.message:find "nothing can be recorded in /proc/none")
    assert.same({}, w.sim:journal())
  end)
end)

describe("a recording with IAM", function()
  before_each(function()
    w = world.start { iam = true }
    tape = w.at.path .. "/tape"
  end)
  after_each(function() w:close() end)

  it("has no token, and is played without one", function()
    local run = record(requests.of("has_vm", "5"))
    local secrets = { ["IAM key"] = "sim-iam-key" }
    for _, path in ipairs(folder.files(w.at.path .. "/state")) do
      local kept = path:find "iam%-token" and folder.read(path):match "^%x+ (.*)$"
      secrets.token = kept and json.decode(kept).token or secrets.token
    end
    assert.truthy(secrets.token)
    for _, path in ipairs(folder.files(tape)) do leaks.check(path, folder.read(path), secrets) end
    leave()
    assert.equal(run.stdout, replay(requests.of("has_vm", "5")).stdout)
  end)
end)

describe("a recording with a registry", function()
  before_each(function()
    start { slsim = { "--registry=admin:regi/stry:p4ss w0rd" } }
    w.settings.cloud.properties.registry = { endpoint = w.sim.registry, username = "admin", password = "regi/stry:p4ss w0rd" }
    w:configure(w.settings)
  end)
  after_each(function() w:close() end)

  it("has what it was told and what it said, without secrets, and is played without it", function()
    told = {}
    local function old(request)
      request.api_version, request.context.vm = nil, nil
      return request
    end
    local vm = act(old(requests.create_vm { env = ENV }))
    local disk = act(old(requests.of("create_disk", 20480, {}, vm)))
    act(old(requests.of("attach_disk", vm, disk)))
    act(old(requests.of("detach_disk", vm, disk)))
    act(old(requests.of("delete_vm", vm)))
    leave()
    for i, each in ipairs(told) do
      local run = replay(each.request)
      assert.equal(each.stdout, run.stdout, ("%d\n%s"):format(i, run.stderr))
    end
    local secrets = { ["registry password"] = "regi/stry:p4ss w0rd" }
    for name, secret in pairs(SECRETS) do secrets[name] = secret end
    local asked = 0
    for _, path in ipairs(recordings()) do
      leaks.check(path, folder.read(path), secrets)
      for _, line in ipairs(lines(path)) do asked = asked + (line.request and 1 or 0) end
    end
    assert.is_true(asked >= 5)
  end)
end)
