-- The old BOSH registry: what it answers to whom, and what of it stands in the journal.
local json = require "core.json"
local raw  = require "support.raw"
local sys  = require "core.sys"
local wire = require "support.wire"

local SETTINGS = [[{"agent_id":"a-1","blobstore":{"options":{"password":"hidden/word"}}}]]

local function basic(pair) return { Authorization = "Basic " .. sys.base64(pair) } end
local KNOWN, STRANGER = basic "registry:secret", basic "registry:wrong"

describe("the registry", function()
  local w
  setup(function() w = wire.open { "--registry=registry:secret" } end)
  teardown(function() w:close() end)

  local function ask(verb, id, headers, body, path)
    local answer = raw.send(w.sim.registry, ("%s /registry%s HTTP/1.1"):format(verb, path or "/instances/" .. id .. "/settings"),
      headers or {}, body or "")
    return answer.status, json.decode(answer.body), answer
  end

  -- verb, id, credentials, status, answer; in this order
  local calls = {
    { "GET", "vm-1", KNOWN, 500, { status = "error" } },
    { "PUT", "vm-1", nil, 401, { status = "access_denied" } },
    { "PUT", "vm-1", STRANGER, 401, { status = "access_denied" } },
    { "PUT", "vm-1", KNOWN, 200, { status = "ok" } },
    { "GET", "vm-1", KNOWN, 200, { status = "ok", settings = SETTINGS } },
    { "GET", "vm-1", nil, 200, { status = "ok", settings = SETTINGS } },
    { "GET", "vm-2", KNOWN, 500, { status = "error" } },
    { "DELETE", "vm-1", nil, 401, { status = "access_denied" } },
    { "DELETE", "vm-1", KNOWN, 200, { status = "ok" } },
    { "DELETE", "vm-1", KNOWN, 200, { status = "ok" } },
    { "GET", "vm-1", KNOWN, 500, { status = "error" } },
    { "POST", "vm-1", KNOWN, 404, { status = "not_found" } },
  }
  it("answers as bosh-registry did", function()
    for i, case in ipairs(calls) do
      local status, value, answer = ask(case[1], case[2], case[3], case[1] == "PUT" and SETTINGS or nil)
      assert.same({ i, case[4], case[5] }, { i, status, value })
      if status == 401 then assert.equal('Basic realm="Bosh Registry"', answer.headers["www-authenticate"]) end
    end
  end)

  it("has nothing beside the settings", function()
    for _, path in ipairs { "/", "/instances/vm-1", "/instances/vm-1/settings/more", "/other/vm-1/settings" } do
      local status, value = ask("GET", "", KNOWN, nil, path)
      assert.same({ 404, { status = "not_found" } }, { status, value }, path)
    end
  end)

  it("answers 404 for an unknown instance with the quirk", function()
    w.sim:ask("POST", "settings", { quirks = { ["registry-404"] = true } })
    local status, value = ask("GET", "vm-9", KNOWN)
    w.sim:ask("POST", "settings", { quirks = { ["registry-404"] = false } })
    assert.same({ 404, { status = "not_found" } }, { status, value })
  end)

  it("is in the journal without the settings", function()
    w.sim:ask("DELETE", "journal")
    ask("PUT", "vm-3", KNOWN, SETTINGS)
    ask("GET", "vm-3", KNOWN)
    ask("PUT", "vm-3", STRANGER, SETTINGS)
    local text = json.encode(w.sim:journal())
    assert.is_nil(text:find("hidden", 1, true))
    assert.is_nil(text:find("agent_id", 1, true))
    local lines = w.sim:journal()
    assert.same({ "Registry", "putSettings", "vm-3", 200, "registry", "PUT" },
      { lines[1].service, lines[1].method, lines[1].id, lines[1].status, lines[1].caller, lines[1].verb })
    assert.equal(("<%d bytes, sha256 %s>"):format(#SETTINGS, sys.sha256(SETTINGS)), lines[1].arguments[1])
    assert.same({ "getSettings", json.array {} }, { lines[2].method, lines[2].arguments })
    assert.same({ 401, "access_denied" }, { lines[3].status, lines[3].code })
    assert.is_nil(lines[3].caller)
  end)

  it("can be spoiled", function()
    w.sim:fault "Registry.putSettings nth=1 do=html status=502 executed"
    assert.equal(502, (ask("PUT", "vm-4", KNOWN, SETTINGS)))
    w.sim:heal()
    assert.equal(200, (ask("GET", "vm-4", KNOWN)))
  end)

  it("is empty in a new account", function()
    ask("PUT", "vm-5", KNOWN, SETTINGS)
    w.sim:ask("POST", "reset", {})
    assert.equal(500, (ask("GET", "vm-5", KNOWN)))
  end)
end)

describe("without its option the registry", function()
  it("is not there", function()
    local w = wire.open()
    assert.is_nil(w.sim.registry)
    assert.equal(404, raw.send(w.sim.url, "GET /registry/instances/1/settings HTTP/1.1", {}, "").status)
    w:close()
  end)
end)
