-- softlayer.ssh_key: ids of keys that are given by id or by text.
local fake = require "lualib.fake"
local json = require "core.json"
local log = require "core.log"
local session = require "session"
local sl = require "softlayer"
local ssh_key = require "softlayer.ssh_key"
local sys = require "core.sys"

local LIST, CREATE = "Account::getSshKeys", "Security_Ssh_Key::createObject"

-- A public key whose blob has that end.
local function key(tail, comment, kind)
  kind = kind or "ssh-rsa"
  return ("%s %s%s"):format(kind, sys.base64(string.pack(">s4", kind) .. tail), comment and " " .. comment or "")
end

describe("ssh_key", function()
  local api, clock

  before_each(function()
    log.level "off"
    api, clock = fake.api(), fake.clock()
    session.configure(function() return api.handle end)
    api[LIST] = function() return json.array { { id = 1, key = key("one", "ada") }, { id = 2, key = key "two" } } end
    api[CREATE] = function(_, n) return { id = 10 + n } end
  end)
  after_each(function()
    clock.restore()
    log.level "info"
  end)

  local function ids(...)
    local calls, resolve = ssh_key.query({ ... }, "label")
    return resolve(#calls > 0 and assert(sl.all(calls)) or {})
  end

  it("takes ids as they are, each once, and asks nobody", function()
    assert.same({ 7, 5 }, ids(7, 5, 7))
    assert.same({}, ids())
    assert.same({}, api.sent)
  end)

  -- what is given, the ids, how many are added
  for name, case in pairs {
    ["the same text"] = { { key("one", "ada") }, { 1 }, 0 },
    ["another comment"] = { { key("one", "grace@example.com") }, { 1 }, 0 },
    ["no comment, and white space"] = { { "  " .. key "one" .. "\n" }, { 1 }, 0 },
    ["an unpadded blob"] = { { (key("one", nil):gsub("=+$", "")) }, { 1 }, 0 },
    ["two of which one is there"] = { { key "two", key "three" }, { 2, 11 }, 1 },
    ["the id and the text of one key"] = { { 1, key "one" }, { 1 }, 0 },
    ["two that are missing"] = { { key "three", 9, key "four" }, { 11, 9, 12 }, 2 },
    ["another kind with the same end"] = { { key("one", nil, "ssh-dss") }, { 11 }, 1 },
  } do
    it("finds keys by their blobs: " .. name, function()
      assert.same(case[2], ids(table.unpack(case[1])))
      assert.same({ 1, case[3] }, { api.count(LIST), api.count(CREATE) })
    end)
  end

  it("adds a missing one with its comment, under the label", function()
    ids(key("three", "ada") .. "\n")
    assert.same({ key = key("three", "ada"), label = "label" }, api.sent[2].args[1])
  end)

  it("finds one that somebody else added meanwhile by a look behind", function()
    api[LIST] = function(_, n) return n == 1 and json.array {} or json.array { { id = 4, key = key("one", "other") } } end
    api[CREATE] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "SSH key already exists.", 500) end
    assert.same({ 4 }, ids(key("one", "ada")))
  end)

  it("waits for one that exists but is not listed yet, ten minutes at most", function()
    api[LIST] = function() return json.array(clock.time < 1000 + 400 and {} or { { id = 4, key = key "one" } }) end
    api[CREATE] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "SSH key already exists.", 500) end
    assert.same({ 4 }, ids(key "one"))
    assert.equal(1, api.count(CREATE))
    api[LIST] = function() return json.array {} end
    local before = clock.time
    assert.matches("already exists", select(2, ids(key "one")).message)
    assert.is_true(clock.time - before >= 600 and clock.time - before < 700)
  end)

  it("finds one whose creation had no answer, and does not send it again", function()
    api[LIST] = function(_, n) return n == 1 and json.array {} or json.array { { id = 4, key = key "one" } } end
    api[CREATE] = function() return nil, fake.broken() end
    assert.same({ 4 }, ids(key "one"))
    assert.equal(1, api.count(CREATE))
  end)

  it("passes on why it could not be added, or looked for", function()
    api[CREATE] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "no permission", 500) end
    assert.matches("no permission", select(2, ids(key "three")).message)
    api[LIST] = function(_, n)
      if n == 3 then return json.array {} end
      return nil, fake.refusal("SoftLayer_Exception_Public", "no list", 500)
    end
    assert.matches("no list", select(2, ids(key "three")).message)
  end)

  it("is not confused by keys without a text, or with one that is none", function()
    api[LIST] = function() return json.array { { id = 1 }, { id = 2, key = "rubbish" }, { id = 3, key = key "one" } } end
    assert.same({ 3 }, ids(key "one"))
  end)

  for name, text in pairs { nothing = "", ["one word"] = "ssh-rsa", ["no base64"] = "ssh-rsa ???", ["too short"] = "ssh-rsa AAAA",
    ["a blob of another kind"] = (key("one"):gsub("^ssh%-rsa", "ssh-dss")), ["a private key"] = "-----BEGIN RSA PRIVATE KEY-----" } do
    it("refuses what is no public key: " .. name, function()
      assert.matches("is no public key", ssh_key.check(text).message)
    end)
  end

  it("takes what is one", function()
    for _, text in ipairs { key "one", key("one", "a comment of words"), key("x", nil, "sk-ssh-ed25519@openssh.com") } do
      assert.is_nil(ssh_key.check(text))
    end
  end)
end)
