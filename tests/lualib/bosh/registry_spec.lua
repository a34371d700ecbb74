-- bosh.registry: when it is used, where it is, and what is said to it, over a double of core.http.
local fake = require "lualib.fake"
local json = require "core.json"
local log = require "core.log"
local registry = require "bosh.registry"

local PASSWORD = "regi/stry p4ss"

local function config(settings) return { registry = settings, engine = {} } end
local function request(api_version, stemcell, request_id)
  local vm = stemcell and { stemcell = { api_version = stemcell ~= "none" and stemcell or nil } }
  return { api_version = api_version, context = { vm = vm, request_id = request_id } }
end

local PARTS = { address = "10.0.0.4", port = 25777, username = "admin", password = PASSWORD }

describe("the registry", function()
  -- API version of the call, stemcell's, configured: what create_vm does; the id that directors give their requests
  for _, case in ipairs {
    { 1, nil, true, "registry" }, { 1, 3, true, "registry" }, { 2, 1, true, "registry" }, { 3, 0, true, "registry" },
    { 2, nil, true, "both" }, { 2, "none", true, "both" }, { 2, nil, true, "both", "cpi-5" },
    { 2, 2, true, "metadata" }, { 3, 3, true, "metadata" },
    { 1, nil, false, "metadata" }, { 1, "none", false, "metadata" }, { 1, 2, false, "metadata" },
    { 2, nil, false, "metadata" }, { 2, "none", false, "metadata" }, { 2, nil, false, "error", "cpi-5" },
    { 1, nil, false, "metadata", "cpi-5" }, { 2, 2, false, "metadata", "cpi-5" },
    { 2, 1, false, "error" }, { 3, 1.0, false, "error" }, { 1, 1, false, "error" },
  } do
    it(("API version %d, stemcell %s, %s, of %s: %s"):format(case[1], case[2] or "unknown",
      case[3] and "configured" or "none", case[5] and "a director" or "a person", case[4]), function()
      local settings, asked = config(case[3] and PARTS or {}), request(case[1], case[2], case[5])
      local store, err = registry.of(settings, asked)
      assert.is_nil(err)
      assert.equal(case[4] == "registry" or case[4] == "both", store ~= nil)
      if store then
        local data = store:user_data(5, { agent_id = "a", networks = { a = {} } })
        assert.equal(case[4] == "both" and "a" or nil, data.agent_id)
        assert.equal("5", data.server.name)
      end
      assert.equal(case[4] == "error", registry.check(settings, asked) ~= nil)
    end)
  end

  -- registry.* of cpi.json, the URL without credentials, and the one that agents are told
  local WITH = "http://admin:regi%2Fstry%20p4ss@"
  for _, case in ipairs {
    { PARTS, "http://10.0.0.4:25777", WITH .. "10.0.0.4:25777" },
    { { host = "r.example", username = "admin", password = PASSWORD }, "http://r.example:25777", WITH .. "r.example:25777" },
    { { protocol = "https", address = "r", port = 5, user = "admin", password = PASSWORD, endpoint = "" }, "https://r:5",
      "https" .. WITH:sub(5) .. "r:5" },
    { { address = "r", http = { port = 6, user = "admin", password = PASSWORD }, username = "x", password = "y" },
      "http://r:6", WITH .. "r:6" },
    { { endpoint = "http://admin:regi%2fstry%20p4ss@r:7/", address = "elsewhere", password = "y" }, "http://r:7", WITH .. "r:7" },
    { { endpoint = "http://r:8/base//", username = "admin", password = PASSWORD }, "http://r:8/base", WITH .. "r:8/base" },
    { { endpoint = "http://[fd00::1]:9" }, "http://[fd00::1]:9", "http://[fd00::1]:9" },
  } do
    it("is found at " .. json.encode(case[1]), function()
      local store = assert(registry.of(config(case[1]), request(1)))
      assert.equal(case[2], store.base)
      assert.equal(case[3], store:user_data(5, { networks = { a = {} } }).registry.endpoint)
    end)
  end

  it("has a password that is masked, also when it is read from its URL", function()
    assert(registry.of(config { endpoint = "http://admin:p%61ss%2Dof-the-url@r" }, request(1)))
    assert.is_nil(log.redact("it is pass-of-the-url"):find("pass", 1, true))
  end)

  for _, endpoint in ipairs { "ftp://r", "10.0.0.4:25777", "http://", "http:///x", "http://u:p@", "http://r/?q" } do
    it("refuses the endpoint " .. endpoint, function()
      assert.matches("registry.endpoint must be a URL", registry.check(config { endpoint = endpoint }, request(1)).message)
      assert.is_nil(registry.check(config { endpoint = endpoint }, request(2, 3)))
    end)
  end

  it("tells agents the name servers of the network that is the default for them", function()
    local store = registry.of(config(PARTS), request(1))
    local function servers(networks) return store:user_data(5, { networks = networks }).dns.nameserver end
    assert.same({ "1.1.1.1" }, servers { a = { dns = { "1.1.1.1" } } })
    assert.same({ "2.2.2.2" }, servers { a = { dns = { "1.1.1.1" }, default = { "gateway" } },
      b = { dns = { "2.2.2.2" }, default = { "dns" } } })
    assert.is_nil(servers { a = {}, b = { default = json.null } })
  end)
end)

describe("what is said to the registry", function()
  local store, sent, clock, answers, options
  before_each(function()
    log.level "off"
    clock, sent = fake.clock(), {}
    answers = {}
    package.loaded["core.http"] = { client = function(given)
      options = given
      return setmetatable({ send = function(_, requests)
        sent[#sent + 1] = requests[1]
        local answer = answers[#sent] or answers.rest
        return { type(answer) == "number" and { status = answer, body = "a body with " .. PASSWORD } or answer }
      end }, { __close = function() end })
    end }
    store = registry.of({ registry = PARTS, engine = { ca_file = "/ca.pem" } }, request(1))
  end)
  after_each(function()
    package.loaded["core.http"] = nil
    clock.restore()
    log.level "info"
  end)

  local function holds(settings)
    return { status = 200, body = json.encode { status = "ok", settings = json.encode(settings) } }
  end
  local function put(n) return json.decode(sent[n or #sent].body) end

  it("is HTTP with a password, once for each guest", function()
    answers.rest = 201
    assert(store:put(5, { agent_id = "a" }))
    local seen = sent[1]
    assert.same({ "PUT", "http://10.0.0.4:25777/instances/5/settings", "admin:" .. PASSWORD, true, '{"agent_id":"a"}' },
      { seen.method, seen.url, seen.userpwd, seen.plain_http, seen.body })
    assert.equal("/ca.pem", options.ca_file)
    assert.is_nil(options.proxy)
    assert.truthy(seen.timeout)
  end)

  -- method, answers, calls, what comes of it
  local broken = { err = { kind = "transport", message = "10.0.0.4:25777 refuses", sent = false } }
  for _, case in ipairs {
    { "put", { 200 }, 1, true }, { "put", { 500, 503, broken, 200 }, 4, true }, { "put", { rest = 500 }, 5, "HTTP 500" },
    { "put", { rest = 404 }, 1, "HTTP 404" }, { "put", { rest = 401 }, 1, "HTTP 401; check registry.username" },
    { "put", { rest = broken }, 5, "registry http://10.0.0.4:25777: 10.0.0.4:25777 refuses" },
    { "delete", { 200 }, 1, true }, { "delete", { 404 }, 1, true }, { "delete", { 500 }, 1, true },
    { "delete", { broken, 502, 200 }, 3, true }, { "delete", { rest = 401 }, 1, "HTTP 401" },
    { "delete", { rest = 502 }, 5, "HTTP 502" }, { "get", { 404 }, 1, nil }, { "get", { 500 }, 1, nil },
    { "get", { rest = 403 }, 1, "HTTP 403" }, { "get", { rest = 429 }, 5, "HTTP 429" },
    { "get", { rest = 200 }, 1, "cannot be read" }, { "get", { { status = 200, body = '{"settings":"[5"}' } }, 1, "cannot be read" },
  } do
    it(("%s, answered by %s"):format(case[1], json.encode(case[2])), function()
      answers = case[2]
      local value, err = store[case[1]](store, 5, {})
      assert.equal(case[3], #sent)
      if type(case[4]) ~= "string" then assert.same({ case[4], nil }, { value, err }) end
      if type(case[4]) ~= "string" then return end
      assert.is_nil(value)
      assert.truthy(err.message:find(case[4], 1, true), err.message)
      assert.truthy(err.message:find("the registry http://10.0.0.4:25777", 1, true))
      assert.is_nil(err.message:find(PASSWORD, 1, true))
    end)
  end

  it("is not repeated after a signal, nor beyond the deadline", function()
    answers.rest = { err = { kind = "interrupted", message = "the transfer was stopped", sent = true } }
    for n, interrupted in ipairs { true, false } do
      clock.interrupted = interrupted
      local err = select(2, store:put(5, {}))
      assert.equal(interrupted, err.ok_to_retry)
      assert.equal(interrupted and "interrupted" or "timeout", err.kind)
      assert.equal(n, #sent)
    end
    clock.deadline, answers.rest = clock.time, broken
    assert.is_false(select(2, store:put(5, {})).ok_to_retry)
    assert.equal(3, #sent)
  end)

  it("adds a disk to the others, replaces it, and takes it away alone", function()
    local other, hint = { id = "1", iscsi_settings = { password = "the-other-chap" } }, { id = "2" }
    local settings = { agent_id = "a", env = {}, ntp = json.array {}, disks = { system = "", persistent = { ["1"] = other } } }
    answers = { holds(settings), 200 }
    assert(store:add_disk(5, "2", hint))
    settings.disks.persistent["2"] = hint
    assert.same(settings, put())
    assert.is_nil(log.redact("the-other-chap"):find("chap", 1, true))
    answers = { [3] = holds(put()), [4] = 200 }
    assert(store:remove_disk(5, "1"))
    assert.same({ ["2"] = hint }, put().disks.persistent)
    assert.truthy(sent[#sent].body:find('"ntp":[]', 1, true))
    assert.truthy(sent[#sent].body:find('"env":{}', 1, true))
  end)

  for name, persistent in pairs { null = json.null, list = json.array {}, nothing = false } do
    it("adds a disk where the disks are " .. name, function()
      answers = { holds { disks = persistent and { persistent = persistent } or nil }, 200 }
      assert(store:add_disk(5, "2", { id = "2" }))
      assert.same({ disks = { persistent = { ["2"] = { id = "2" } } } }, put())
    end)
  end

  it("does not tell of a disk where there are no settings; taking one away is done", function()
    answers.rest = 404
    assert.matches("has no settings of guest 5", select(2, store:add_disk(5, "2", {})).message)
    assert.is_true(store:remove_disk(5, "2"))
    answers.rest = holds { disks = { persistent = { ["1"] = {} } } }
    assert.is_true(store:remove_disk(5, "2"))
    assert.equal("GET", sent[#sent].method)
  end)
end)
