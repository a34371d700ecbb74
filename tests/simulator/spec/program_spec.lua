-- The program around the API: its command line, its clocks, its journal file, TLS, and the boot hook.
local build  = require "support.build"
local folder = require "support.folder"
local http   = require "core.http"
local json   = require "core.json"
local wire   = require "support.wire"

local function run(arguments)
  local pipe = assert(io.popen(("%s %s 2>&1 </dev/null"):format(build.slsim, arguments)))
  local text = pipe:read "a"
  local _, _, status = pipe:close()
  return text, status
end

local function lines_of(path)
  local list = {}
  for line in folder.read(path):gmatch("[^\n]+") do list[#list + 1] = line end
  return list
end

-- Reads a file again and again until it has so many lines; the hook writes when it likes.
local function await(path, count)
  for _ = 1, 200 do
    local list = lines_of(path)
    if #list >= count then return list end
    os.execute("sleep 0.02")
  end
  error(("%s never had %d lines"):format(path, count))
end

describe("the command line", function()
  it("is explained, and wrong ones are refused", function()
    local usage, status = run "--help"
    assert.equal(0, status)
    for _, word in ipairs { "--listen", "--speed", "--latency", "--rps", "--lag", "--fault", "--boot-hook", "--tls",
      "--journal", "--seed", "--version" } do
      assert.is_not_nil(usage:find(word, 1, true), word)
    end
    for _, wrong in ipairs { "--nonsense", "--speed", "--speed x", "--speed -1", "--listen here", "--fault nonsense",
      "--tls one", "--tls /nowhere,/nowhere", "extra" } do
      local text, refused = run(wrong)
      assert.equal(2, refused, wrong .. ": " .. text)
    end
  end)

  it("lists every guess with its source tag", function()
    local text, status = run "--guesses"
    assert.equal(0, status)
    for line in text:gmatch("[^\n]+") do assert.is_not_nil(line:find("^%[[A-Z]%] ."), line) end
    assert.is_not_nil(text:find("64 characters", 1, true))
  end)

  it("has the version of the project", function()
    assert.equal("slsim " .. folder.read("VERSION"), (run "--version"))
  end)
end)

describe("the simulator", function()
  it("runs its clock at the speed it was given", function()
    local w = wire.open { "--speed=1000" }
    local before = w.sim:ask("GET", "clock")
    os.execute("sleep 0.1")
    local passed = w.sim:ask("GET", "clock").now - before.now
    assert.is_true(passed >= 100, tostring(passed))
    w:close()
  end)

  it("stands still at speed 0, and moves by hand only forwards", function()
    local w = wire.open()
    local before = w.sim:ask("GET", "clock").now
    assert.equal(before, w.sim:ask("GET", "clock").now)
    w:advance(10)
    assert.equal(before + 10, w.sim:ask("GET", "clock").now)
    assert.has_error(function() w:advance(-1) end)
    w:close()
  end)

  it("repeats itself for the same seed, and not for another", function()
    local function guid(seed)
      local w = wire.open { "--seed=" .. seed }
      w:guest(nil, 0)
      local found = w:get("SoftLayer_Account/getVirtualGuests", "mask[globalIdentifier]")[1].globalIdentifier
      w:close()
      return found
    end
    assert.equal(guid(7), guid(7))
    assert.not_equal(guid(7), guid(8))
  end)

  it("delays every answer without holding up the others", function()
    local w = wire.open { "--latency=100" }
    local requests = {}
    for i = 1, 6 do requests[i] = { url = w.sim.url .. "/SoftLayer_Account.json", userpwd = "sim:sim-api-key" } end
    for _, answer in ipairs(w.client:send(requests)) do
      assert.equal(200, answer.status)
      assert.is_true(answer.seconds >= 0.1 and answer.seconds < 0.5, tostring(answer.seconds))
    end
    w:close()
  end)

  it("appends one line per call to its journal file", function()
    local at = folder.open()
    local w = wire.open { "--journal=" .. at.path .. "/calls" }
    w:call("GET", "SoftLayer_Account", { mask = "mask[id]" })
    w:call("GET", "SoftLayer_Virtual_Guest/1")
    local list = lines_of(at.path .. "/calls")
    assert.equal(2, #list)
    local first, second = json.decode(list[1]), json.decode(list[2])
    assert.same({ 1, "SoftLayer_Account", "getObject", "mask[id]", 200 },
      { first.n, first.service, first.method, first.mask, first.status })
    assert.same({ 2, "1", 404, "SoftLayer_Exception_ObjectNotFound" }, { second.n, second.id, second.status, second.code })
    w:close()
    at:close()
  end)

  it("speaks TLS with the certificate it was given", function()
    local at = folder.open()
    local cert, key = at.path .. "/cert.pem", at.path .. "/key.pem"
    assert(os.execute(("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1 "
      .. "-addext subjectAltName=IP:127.0.0.1 -keyout %s -out %s 2>/dev/null"):format(key, cert)))
    local pipe = assert(io.popen(("exec %s --until-eof --tls %s,%s >%s/ready"):format(build.slsim, cert, key, at.path), "w"))
    local ready = json.decode(await(at.path .. "/ready", 1)[1])
    assert.is_not_nil(ready.url:find("^https://"))
    local request = { url = ready.url .. "/SoftLayer_Account.json", userpwd = "sim:sim-api-key" }
    assert.equal(200, http.client { ca_file = cert }:send({ request })[1].status)
    assert.is_not_nil(http.client():send({ request })[1].err)
    pipe:close()
    at:close()
  end)

  it("runs the boot hook for each event of a machine", function()
    local at = folder.open()
    local seen = at.path .. "/seen"
    local w = wire.open { ("--boot-hook=echo $SLSIM_EVENT $SLSIM_GUEST_ID $SLSIM_PRIVATE_IP $SLSIM_POST_INSTALL_URI "
      .. "$SLSIM_METADATA_URL $SLSIM_OS:$SLSIM_IMAGE_ID:$SLSIM_IMAGE_GUEST \"$SLSIM_SSH_KEYS\" >>%s"):format(seen) }
    local id = w:guest { postInstallScriptUri = "https://example.com/run", sshKeys = { { id = 136868 } } }
    local address = w:get(("SoftLayer_Virtual_Guest/%d"):format(id)).primaryBackendIpAddress
    local event, of, ip, uri, base, made_of, key = await(seen, 1)[1]:match("^" .. ("(%S+) "):rep(6) .. "(.*)$")
    assert.same({ "boot", ("%d"):format(id), address, "https://example.com/run", "UBUNTU_LATEST_64::" },
      { event, of, ip, uri, made_of })
    assert.equal(w:get("SoftLayer_Security_Ssh_Key/136868").key, key)
    local own = w.client:send({ { url = base .. "/rest/v3.1/SoftLayer_Resource_Metadata/getId.json" } })[1]
    assert.equal(("%d"):format(id), own.body)
    w:call("GET", ("SoftLayer_Virtual_Guest/%d/rebootHard"):format(id))
    assert.is_not_nil(await(seen, 2)[2]:find("^reboot "))
    w:call("DELETE", ("SoftLayer_Virtual_Guest/%d"):format(id))
    assert.is_not_nil(await(seen, 3)[3]:find("^delete "))
    w:close()
    at:close()
  end)

  it("stops what its boot hooks started when it ends", function()
    local at = folder.open()
    local w = wire.open { ("--boot-hook=echo $$ >>%s/pid; sleep 300"):format(at.path) }
    w:guest()
    local pid = await(at.path .. "/pid", 1)[1]
    assert.is_true(os.execute("kill -0 " .. pid .. " 2>/dev/null") or false)
    w:close()
    local alive = true
    for _ = 1, 100 do
      alive = os.execute("kill -0 " .. pid .. " 2>/dev/null")
      if not alive then break end
      os.execute("sleep 0.02")
    end
    assert.is_falsy(alive)
    at:close()
  end)

  it("ends when its standard input ends", function()
    local w = wire.open()
    local url = w.sim.url
    w:close()
    assert.is_not_nil(http.client():send({ { url = url .. "/SoftLayer_Account.json" } })[1].err)
  end)
end)
