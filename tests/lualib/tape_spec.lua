-- tape: what a recording says of secrets, how two conversations differ, and where a recording ends.
local disguise = require "tape.disguise"
local fake = require "lualib.fake"
local file = require "tape.file"
local json = require "core.json"
local log = require "core.log"
local recorder = require "tape.recorder"
local session = require "session"
local sl = require "softlayer"
local sys = require "core.sys"
local talk = require "tape.talk"

local function canary() return "canary-" .. sys.uuid() end
local MARK = "^<secret%-%w+>$"

describe("a disguise", function()
  local masks = disguise.new "key"

  it("marks what is named like a secret, however short it is", function()
    for _, name in ipairs { "password", "apiKey", "chap_secret", "privateKey" } do
      assert.matches(MARK, masks:value({ [name] = "abc" })[name])
    end
    assert.same({ username = "abc", keyName = "abc", password = "" },
      masks:value { username = "abc", keyName = "abc", password = "" })
  end)

  it("marks one value alike wherever it stands, and other values otherwise", function()
    local one, two = canary(), canary()
    local found = masks:value { a = { password = one }, b = "it is " .. one .. ".", c = { { token = two } } }
    assert.equal("it is " .. found.a.password .. ".", found.b)
    assert.not_equal(found.a.password, found.c[1].token)
    assert.equal(found.a.password, disguise.new("key"):value({ password = one }).password)
    assert.not_equal(found.a.password, disguise.new("other"):value({ password = one }).password)
  end)

  it("marks a known secret in each of its forms, and in names", function()
    local secret = canary() .. '/"'
    log.secret(secret)
    for _, text in ipairs { secret, json.encode { secret }, sys.base64("xy" .. secret), "a%2F" .. secret } do
      assert.truthy(masks:value(text):find "<secret%-", text)
      assert.falsy(masks:value(text):find(secret, 1, true))
    end
    assert.matches(MARK, (next(masks:value { [secret] = 1 })))
  end)

  it("marks secrets in JSON that is a text, at any depth, and leaves other JSON as it is", function()
    local inner = json.encode { settings = json.encode { vm = { password = "short" } } }
    local found = json.decode(json.decode(masks:value { body = inner }.body).settings)
    assert.matches(MARK, found.vm.password)
    assert.equal('{ "a" :1}', masks:value '{ "a" :1}')
  end)

  it("marks user data as a whole", function()
    assert.matches(MARK, masks:value({ userData = json.array { { value = "abc" } } }).userData[1].value)
    assert.matches(MARK, masks:value(json.array { json.array { "abc" } }, "setUserMetadata")[1][1])
  end)

  it("leaves public keys, marks, numbers and the kinds of tables as they are", function()
    local value = { key = "ssh-ed25519 AAAAC3Nz me", list = json.array {}, object = {}, token = "<secret-abcdefgh>", n = 5,
      null = json.null, yes = true }
    assert.equal(json.encode(value), json.encode(masks:value(value)))
  end)
end)

describe("the differences", function()
  it("are none where a mark stands for a value", function()
    assert.same({}, talk.differences({ a = "x-(secret).y" }, { a = "x-<secret-abcdefgh>.y" }))
    assert.same({}, talk.differences({ a = json.array { 1, "b" } }, { a = json.array { 1, "b" } }))
  end)

  it("are told by their place", function()
    assert.same({ 'a.b[2]: asked "x", recorded "y"', "a.c: asked nothing, recorded 5", "d: asked {}, recorded 1" },
      talk.differences({ a = { b = { 1, "x" } }, d = {} }, { a = { b = { 1, "y" }, c = 5 }, d = 1 }))
    assert.equal(1, #talk.differences({ a = "x-y" }, { a = "z-<secret-abcdefgh>" }))
  end)

  it("of calls that go together are told by their number, also a missing one", function()
    local a, b = { service = "X", method = "getA" }, { service = "X", method = "getB" }
    assert.same({}, talk.differences_of_all({ a, b }, { a, b }))
    assert.equal(2, #talk.differences_of_all({ a, b }, { b, a }))
    assert.same({ "SoftLayer_X::getB is not recorded" }, talk.differences_of_all({ a, b }, { a }))
    assert.same({ "SoftLayer_X::getB is recorded, too" }, talk.differences_of_all({ a }, { a, b }))
  end)

  it("show no secret and no end of text", function()
    local secret = canary()
    log.secret(secret)
    local text = talk.text(talk.differences({ a = secret, b = ("x"):rep(1e5) }, {}))
    assert.falsy(text:find(secret, 1, true))
    assert.is_true(#text < 500)
  end)
end)

describe("a recording in the making", function()
  local dir, remove, clock, api, limit

  before_each(function()
    log.level "off"
    dir, remove = fake.directory()
    clock, api, limit = fake.clock(), fake.api(), file.LIMIT
    session.configure(function() return api.handle end)
    api["X::getA"] = function() return ("a"):rep(1000) end
  end)
  after_each(function()
    file.LIMIT = limit
    clock.restore()
    remove()
    log.level "info"
  end)

  local function open(engine)
    local core = { record = dir, version = "1", seed = function() end }
    return recorder.open({ core = core, config = { softlayer = { api_key = "canary-key" }, engine = engine or {} } },
      { method = "has_vm", arguments = json.array { "5" }, context = {} })
  end

  local function text(n) return fake.slurp(("%s/%04d-has_vm.jsonl"):format(dir, n)) end

  it("is on disk after each answer, and ends when it is finished", function()
    local tape = open()
    for n = 1, 3 do
      sl.X:getA()
      local _, lines = text(1):gsub("\n", "\n")
      assert.equal(1 + n, lines)
    end
    assert.same({ true, "yes" }, { tape:finish(true, "yes") })
    sl.X:getA()
    assert.equal(5, #file.read(file.list(dir)[1].path))
    assert.matches('{"answer":{"result":"yes"}}\n$', text(1))
  end)

  it("that grows too large ends with a mark, and the request goes on", function()
    file.LIMIT = 4096 + 2500
    local tape = open()
    for _ = 1, 5 do assert.equal(1000, #sl.X:getA()) end
    tape:finish(true)
    assert.matches('\n{"cut":"it would be larger than 0 MiB"}\n$', text(1))
    assert.is_true(#text(1) < file.LIMIT)
  end)

  it("of what is no JSON ends there", function()
    local tape = open()
    local loop = {}
    loop.loop = loop
    tape:finish(true, loop)
    assert.matches('\n{"cut":"[^\n]+"}\n$', text(1))
  end)

  it("has the next number, also beside one in the making and one that is not named like them", function()
    fake.spill(dir .. "/0007-notes.txt", "")
    fake.spill(dir .. "/0004-has_vm.jsonl", "")
    local one, two = open(), open()
    for _, tape in ipairs { two, one } do tape:finish(true) end
    local names = {}
    for i, each in ipairs(file.list(dir)) do names[i] = each.name end
    assert.same({ "0004-has_vm.jsonl", "0005-has_vm.jsonl", "0006-has_vm.jsonl" }, names)
  end)

  it("removes those that are too old, by engine.record_days and engine.record_mb", function()
    fake.spill(dir .. "/0001-ping.jsonl", "x")
    fake.spill(dir .. "/0002-ping.jsonl", ("x"):rep(1 << 20))
    assert(os.execute(("touch -d '8 days ago' %s/0001-ping.jsonl"):format(dir)))
    open({ record_days = 9 }):finish(true)
    assert.equal("x", fake.slurp(dir .. "/0001-ping.jsonl"))
    open({ record_days = 7 }):finish(true)
    assert.same({ 2, 3, 4 }, { file.list(dir)[1].number, file.list(dir)[2].number, file.list(dir)[3].number })
    open({ record_mb = 1 }):finish(true)
    assert.equal(3, file.list(dir)[1].number)
  end)

  it("does not keep the engine from stopping the request", function()
    local tape = open()
    local stop = require "errors".stopped("deadline", "it")
    local value = setmetatable({}, { __pairs = function() error(stop, 0) end })
    assert.has_error(function() tape:finish(true, value) end, stop)
    assert.matches('{"cut":"the request was stopped[^\n]+\n$', text(1))
  end)

  it("raises on what was raised, and has it", function()
    local tape = open()
    api["X::getA"] = function() error("stopped", 0) end
    assert.has_error(function() sl.X:getA() end, "stopped")
    tape:finish(true)
    assert.equal("stopped", file.read(file.list(dir)[1].path)[2].raised.message)
  end)
end)
