-- Recordings: a machine's and its disks' whole life is played again without a server, and no secret is in it.
local director = require "support.director"
local folder = require "support.folder"
local json = require "core.json"
local leaks = require "support.leaks"
local requests = require "support.requests"
local world = require "support.world"

local SECRETS = {
  ["API key"] = 'k/3y+~"w\\rd&1=9e8d7c6b5a',
  ["mbus password"] = "mbus-p4ss_w0rd-xyzzy",
  ["blobstore password"] = "bl0b/st+re p4ss",
  ["VM password"] = "$6$rounds=5000$sAlt$h4sh/ed+value.",
  ["nested token"] = "tok3n-\u{fc}ber-\u{1f600}-secret",
}

local ENV = { bosh = { password = SECRETS["VM password"] }, custom = { api_token = SECRETS["nested token"] } }

local w, tape

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
  w:configure(w.settings)
end

local function record(request) return w:begin(request, { arguments = { "--record", tape } }):finish() end

local function replay(request, options)
  options = options or {}
  return w:begin(request, { config = options.config or "", arguments = { "--replay", tape } }):finish()
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
    assert.equal("", io.popen("ls -d ${TMPDIR:-/tmp}/slcpi-replay-* 2>/dev/null"):read "a")
  end)

  it("has no secret in it", function()
    local secrets = { ["CHAP password"] = told[6].result.iscsi_settings.password }
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
