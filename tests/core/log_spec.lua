-- core.log: whatever form a secret takes, and wherever it stands, it is masked.
local json = require "core.json"
local log = require "core.log"
local property = require "lualib.property"
local sys = require "core.sys"

local function percent(text)
  return (text:gsub("[^%w%-._~]", function(c) return ("%%%02X"):format(c:byte()) end))
end

local function escaped(text) return json.encode(text):sub(2, -2) end

-- Each writes the secret between two texts as some part of the system would.
local forms = {
  raw = function(before, secret, after) return before .. secret .. after end,
  percent = function(before, secret, after) return percent(before .. secret .. after) end,
  json = function(before, secret, after) return json.encode(before .. secret .. after) end,
  json_with_escaped_slashes = function(before, secret, after)
    return (json.encode(before .. secret .. after):gsub("/", "\\/"))
  end,
  base64 = function(before, secret, after) return sys.base64(before .. secret .. after) end,
  base64url = function(before, secret, after) return sys.base64url(before .. secret .. after) end,
}

-- What must not be left over. Of base64, the characters that the secret alone determines.
local function traces(form, before, secret)
  if not form:find "^base64" then return { secret, percent(secret), escaped(secret) } end
  local first = math.ceil(#before * 8 / 6)
  local last = (#before + #secret) * 8 // 6
  return { sys[form](before .. secret):sub(first + 1, last) }
end

describe("log.redact with a key", function()
  it("has one mark for a secret, in whatever form, and another for another", function()
    local secret, other = "canary/" .. sys.uuid(), "canary/" .. sys.uuid()
    log.secret(secret)
    log.secret(other)
    local mark = log.mark(secret, "key")
    assert.matches("^<secret%-[a-z2-7]+>$", mark)
    assert.equal(("a %s, %s."):format(mark, log.mark(other, "key")), log.redact(("a %s, %s."):format(secret, other), "key"))
    for name, write in pairs(forms) do
      assert.truthy(log.redact(write("", secret, ""), "key"):find(mark, 1, true), name)
    end
    assert.not_equal(mark, log.mark(secret, "another key"))
    assert.not_equal(mark, log.mark(other, "key"))
    assert.equal("<redacted>", log.redact(secret))
  end)

  it("has the mark of the longest of several that overlap", function()
    local long = "canary " .. sys.uuid() .. " " .. sys.uuid()
    log.secret(long:sub(1, 30))
    log.secret(long)
    log.secret(long:sub(20))
    assert.equal(log.mark(long, "key"), log.redact(long, "key"))
  end)
end)

describe("log.redact", function()
  for form, write in pairs(forms) do
    it(("leaves no trace of a secret in %s, at any offset"):format(form), function()
      property.holds(150, function()
        local secret = property.text(6, 40, "abcXYZ019+/=&%\"\\ \n\té_-.~")
        if not utf8.len(secret) then secret = secret:gsub("[\128-\255]", "q") end
        local before, after = property.text(0, 12, "mnop ./?"), property.text(0, 12, "mnop ./?")
        log.secret(secret)
        local text = log.redact(write(before, secret, after))
        assert.truthy(text:find("<redacted>", 1, true), text)
        for _, trace in ipairs(traces(form, before, secret)) do assert.is_nil(text:find(trace, 1, true)) end
      end)
    end)
  end

  it("masks each occurrence, overlapping ones together, and nothing else", function()
    log.secret "swordfish"
    log.secret "fishmonger"
    assert.equal("a <redacted> b <redacted>.", log.redact "a swordfish b swordfishmonger.")
    assert.equal("sword fish monger", log.redact "sword fish monger")
    assert.equal("", log.redact "")
  end)

  it("ignores what is too short to be a secret, and keeps zero bytes and patterns literal", function()
    log.secret "short"
    assert.equal("short", log.redact "short")
    log.secret "%a+.*[x]\0y"
    assert.equal("abc <redacted>", log.redact "abc %a+.*[x]\0y")
  end)
end)

describe("log.level", function()
  after_each(function() log.level "info" end)

  it("tells and changes the level, and refuses an unknown one", function()
    assert.equal("info", log.level())
    assert.equal("off", log.level "off")
    assert.equal("off", log.level())
    assert.has_error(function() log.level "loud" end)
  end)

  it("does not even format what is below it", function()
    log.level "off"
    local asked = false
    log.error("%s", setmetatable({}, { __tostring = function() asked = true return "x" end }))
    assert.is_false(asked)
  end)
end)
