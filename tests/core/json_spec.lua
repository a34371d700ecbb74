-- core.json: values survive both ways, and what cannot is refused with a message that helps.
local json = require "core.json"

local null, array = json.null, json.array

--- Equal in JSON's eyes: type, integer or float, the sign of zero, array or object.
local function equal(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then
    return math.type(a) == math.type(b) and a == b and (a ~= 0 or 1 / a == 1 / b)
  end
  if json.is_array(a) ~= json.is_array(b) then return false end
  for k, v in pairs(a) do
    if not equal(v, b[k]) then return false end
  end
  for k in pairs(b) do
    if a[k] == nil then return false end
  end
  return true
end

local function nested(depth)
  return ("["):rep(depth) .. ("]"):rep(depth)
end

describe("json.decode", function()
  local cases = {
    { "null", null }, { "true", true }, { " false\n", false },
    { "0", 0 }, { "-1", -1 }, { "5.0", 5.0 }, { "1e2", 100.0 }, { "-0", -0.0 }, { "-0.0", -0.0 },
    { "9007199254740993", 9007199254740993 },
    { "9223372036854775807", math.maxinteger }, { "-9223372036854775808", math.mininteger },
    { "1.7976931348623157e308", 1.7976931348623157e308 }, { "5e-324", 5e-324 },
    { '""', "" }, { '"\\u0000a\\/"', "\0a/" }, { '"\\ud83d\\ude00é"', "😀é" },
    { '"\127"', "\127" }, { '"\\u007f"', "\127" }, { '"\127\1271"', "\127\1271" }, { '"\\u007f12"', "\12712" },
    { "[]", array {} }, { "{}", {} }, { "[[],{}]", array { array {}, {} } },
    { "[null,[null],1]", array { null, array { null }, 1 } },
    { '{"a":null,"b":[1,2.0,"\127"],"":{}}', { a = null, b = array { 1, 2.0, "\127" }, [""] = {} } },
    { '{"1":"a","2":"b"}', { ["1"] = "a", ["2"] = "b" } },
    { '{"\\u007f":1,"\127\127":"\127"}', { ["\127"] = 1, ["\127\127"] = "\127" } },
    { '{"__index":1,"__gc":2}', { __index = 1, __gc = 2 } },
  }
  for _, case in ipairs(cases) do
    it("reads " .. case[1], function()
      local value, err = json.decode(case[1])
      assert.is_nil(err)
      assert.is_true(equal(case[2], value))
    end)
  end

  it("marks every array, and only arrays", function()
    local value = json.decode '[[],{"a":[1],"o":{}},{}]'
    for _, t in ipairs { value, value[1], value[2].a } do assert.is_false(getmetatable(t)) end
    for _, t in ipairs { value[2], value[2].o, value[3] } do assert.is_nil(getmetatable(t)) end
    value[1], value[2] = nil, nil
    assert.is_nil((json.encode(value)))
    value[3] = nil
    assert.equal("[]", json.encode(value))
  end)

  it("leaves null members out on request, but neither elements nor the value itself", function()
    local value = json.decode('{"a":null,"b":[null,{"c":null,"d":0}],"e":{"f":null}}', { null = "absent" })
    assert.is_true(equal({ b = array { null, { d = 0 } }, e = {} }, value))
    assert.equal(null, json.decode("null", { null = "absent" }))
    assert.equal(null, json.decode('{"a":null}', {}).a)
  end)

  it("leaves out many null members of one object", function()
    local text = {}
    for i = 1, 1000 do text[i] = ('"k%d":%s'):format(i, i % 3 == 0 and i or "null") end
    local value = json.decode("{" .. table.concat(text, ",") .. "}", { null = "absent" })
    for i = 1, 1000 do assert.equal(i % 3 == 0 and i or nil, value["k" .. i]) end
  end)

  local refused = {
    { "", "json: a value is missing at byte 1" },
    { "[1,]", "json: not a JSON value at byte 4" },
    { '{"a":1,"\\u0061":2}', "json: a duplicate key at byte 8" },
    { "\xef\xbb\xbf1", "json: a byte order mark at byte 1" },
    { "9223372036854775808", "json: an integer beyond 64 bits at byte 1" },
    { "[1e400]", "json: a number beyond a double at byte 2" },
    { "NaN", "json: not a JSON value at byte 1" },
    { "0x10", "json: text after the value at byte 2" },
    { '"\\ud800"', "json: a lone surrogate at byte 2" },
    { '"\xff"', "json: invalid UTF-8 at byte 2" },
    { "1 2", "json: text after the value at byte 3" },
    { "1\0", "json: text after the value at byte 2" },
    { nested(129), "json: nested too deeply at byte 129" },
    { ("["):rep(1000000), "json: nested too deeply at byte 129" },
  }
  for _, case in ipairs(refused) do
    it("refuses " .. case[1]:sub(1, 20):gsub("[^%g ]", "?"), function()
      local value, err = json.decode(case[1])
      assert.is_nil(value)
      assert.equal(case[2], err)
    end)
  end

  it("raises for arguments of the wrong type only", function()
    assert.error_matches(function() json.decode() end, "string expected, got no value")
    assert.error_matches(function() json.decode(5) end, "string expected, got number")
    assert.error_matches(function() json.decode(null) end, "string expected, got null")
    assert.error_matches(function() json.decode("1", "absent") end, "table expected")
    assert.error_matches(function() json.decode("1", { null = "no" }) end, 'null must be "absent"')
    assert.error_matches(function() json.decode("1", { null = false }) end, 'null must be "absent"')
  end)
end)

describe("json.encode", function()
  local cases = {
    { null, "null" }, { true, "true" }, { false, "false" },
    { 5, "5" }, { 5.0, "5.0" }, { -0.0, "-0.0" }, { 0.1, "0.1" }, { 1 / 3, "0.3333333333333333" },
    { 2 ^ 53, "9007199254740992.0" }, { 1e300, "1e+300" }, { 1e15, "1e+15" },
    { math.maxinteger, "9223372036854775807" }, { math.mininteger, "-9223372036854775808" },
    { "a/b\"\\\n\0\127é😀", [["a/b\"\\\n\u0000\u007f\u00e9\ud83d\ude00"]] },
    { {}, "{}" }, { array {}, "[]" }, { { 1, 2 }, "[1,2]" }, { { [1.0] = "a" }, '["a"]' },
    { { {}, array(), { 1 } }, "[{},[],[1]]" }, { { null, null }, "[null,null]" },
    { { b = 1, a = 2, ["é"] = 3, B = 4, [""] = 5, aa = 6, z = 7 },
      [[{"":5,"B":4,"a":2,"aa":6,"b":1,"z":7,"\u00e9":3}]] },
    { { ["1"] = "a" }, '{"1":"a"}' }, { { a = { b = { c = 1 } } }, '{"a":{"b":{"c":1}}}' },
  }
  for _, case in ipairs(cases) do
    it("writes " .. case[2], function()
      assert.same({ case[2] }, { json.encode(case[1]) })
    end)
  end

  it("indents on request", function()
    local value = { b = { 1, { c = null } }, a = array {}, o = {} }
    assert.equal([[
{
  "a": [],
  "b": [
    1,
    {
      "c": null
    }
  ],
  "o": {}
}]], json.encode(value, { pretty = true }))
    assert.equal('{"a":[],"b":[1,{"c":null}],"o":{}}', json.encode(value, { pretty = false }))
  end)

  local function loop()
    local t = { a = {} }
    t.a[1] = t
    return t
  end
  local refused = {
    { nil, "$: a nil has no JSON form" },
    { { a = { 1, 2, { b = print } } }, "$.a[3].b: a function has no JSON form" },
    { { ["a b"] = { ["é\n"] = 0 / 0 } }, [[$["a b"]["\u00e9\n"]: a number that is not finite]] },
    { { [""] = { ["1a"] = { _a1 = 1 / 0 } } }, [[$[""]["1a"]._a1: a number that is not finite]] },
    { { -1 / 0 }, "$[1]: a number that is not finite" },
    { { b = 1, c = { "\xff" } }, "$.c[1]: a string that is not UTF-8" },
    { { a = { ["\xed\xa0\x80"] = 1 } }, "$.a: a name that is not UTF-8" },
    { { 1, nil, 3 }, "$: keys are neither all names nor exactly 1..n" },
    { { x = { 1, a = 2 } }, "$.x: keys are neither all names nor exactly 1..n" },
    { { [0] = 1 }, "$: keys are neither all names nor exactly 1..n" },
    { { [1.5] = 1 }, "$: keys are neither all names nor exactly 1..n" },
    { { [true] = 1 }, "$: keys are neither all names nor exactly 1..n" },
    { { [math.maxinteger] = 1 }, "$: keys are neither all names nor exactly 1..n" },
    { array { a = 1 }, "$: an array with holes or with names" },
    { { array { 1, nil, 3 } }, "$[1]: an array with holes or with names" },
    { { coroutine.create(print) }, "$[1]: a thread has no JSON form" },
    { { io.stdout }, "$[1]: a userdata has no JSON form" },
    { { setmetatable({}, { __pairs = pairs }) }, "$[1]: a view (__pairs); encode a copy" },
  }
  for _, case in ipairs(refused) do
    it("refuses " .. case[2], function()
      local text, err = json.encode(case[1])
      assert.is_nil(text)
      assert.equal("json: " .. case[2], err)
    end)
  end

  it("refuses a cycle", function()
    local text, err = json.encode(loop())
    assert.is_nil(text)
    assert.matches("^json: %$%.a%[1%]%.a%[1%].*: nested too deeply, or in a cycle$", err)
  end)

  it("writes as deep as decode reads", function()
    local value = json.decode(nested(128))
    assert.equal(nested(128), json.encode(value))
    assert.is_nil((json.encode { value }))
  end)

  it("ends on tables that are shared without end", function()
    local value = { ("x"):rep(1 << 20) }
    for _ = 1, 100 do value = { value, value } end
    local text, err = json.encode(value)
    assert.is_nil(text)
    assert.matches("takes too much memory$", err)
  end)

  it("reads tables raw", function()
    local value = setmetatable({ a = 1 }, { __index = { b = 2 }, __tostring = tostring })
    assert.equal('{"a":1}', json.encode(value))
  end)

  it("raises for arguments of the wrong type only", function()
    assert.error_matches(function() json.encode() end, "value expected")
    assert.error_matches(function() json.encode({}, true) end, "table expected")
  end)
end)

describe("json.array", function()
  it("marks the table it is given", function()
    local t = { 1 }
    assert.equal(t, array(t))
    assert.equal(t, array(t))
    assert.is_true(json.is_array(array()))
  end)

  it("keeps the mark", function()
    assert.is_false(getmetatable(array()))
    assert.error_matches(function() setmetatable(array(), nil) end, "protected metatable")
  end)

  it("takes plain tables only", function()
    assert.error_matches(function() array(null) end, "#1.*table expected, got null")
    assert.error_matches(function() array(setmetatable({}, {})) end, "another metatable")
  end)
end)

describe("json.is_array", function()
  it("is true for what encode writes as an array", function()
    for _, v in ipairs { array(), { 1 }, { 1, 2, null }, json.decode "[]" } do
      assert.is_true(json.is_array(v))
    end
    for _, v in ipairs { {}, { a = 1 }, { 1, a = 1 }, { 1, nil, 3 }, { [2] = 1 }, null, "[]", 1, print } do
      assert.is_false(json.is_array(v))
    end
    assert.is_false(json.is_array(nil))
  end)
end)

describe("json.null", function()
  it("is one true value that is no nil", function()
    assert.is_truthy(null)
    assert.equal(null, json.decode "[null]"[1])
    assert.equal("null", tostring(null))
  end)
end)

describe("json.clean", function()
  local cases = {
    { "", "" }, { "a\0é😀", "a\0é😀" }, { "\xff", "�" }, { "a\xc3", "a�" }, { "\xe2\x82z\xe2\x82", "�z�" },
    { "\xc0\xaf", "��" }, { "\xed\xa0\x80", "���" }, { "\xf0\x9f\x98é", "�é" },
  }
  for i, case in ipairs(cases) do
    it("repairs UTF-8, case " .. i, function()
      assert.equal(case[2], json.clean(case[1]))
      assert.equal(case[2], json.decode(json.encode(json.clean(case[1]))))
    end)
  end
end)

describe("any value", function()
  local seed = math.tointeger(tonumber(os.getenv "SEED" or "")) or os.time()
  local random = math.random

  local function string_of(...)
    local parts = {}
    for i = 1, random(0, 6) do parts[i] = select(random(select("#", ...)), ...)() end
    return table.concat(parts)
  end

  local function word()
    return string_of(
      function() return string.char(random(0, 127)) end,
      function() return utf8.char(random(0x80, 0xd7ff)) end,
      function() return utf8.char(random(0xe000, 0x10ffff)) end,
      function() return "\127" end)
  end

  local function float()
    local x = string.unpack("d", string.pack("i8", random(0)))
    return (x == x and x - x == 0) and x or random()
  end

  local makers = {
    function() return null end,
    function() return random(2) == 1 end,
    function() return random(0) end,
    function() return random(-3, 3) end,
    function() return random(-3, 3) + 0.0 end,
    function() return -0.0 end,
    function() return random(2) == 1 and math.maxinteger or math.mininteger end,
    float, word, word,
  }

  local function value(depth)
    local kind = random(#makers + 6)
    if depth == 0 or kind <= #makers then return makers[random(#makers)]() end
    local t = {}
    if kind <= #makers + 3 then
      for i = 1, random(0, 5) do t[i] = value(depth - 1) end
      return array(t)
    end
    for _ = 1, random(0, 5) do t[word()] = value(depth - 1) end
    return t
  end

  it("survives a round trip, SEED=" .. seed, function()
    math.randomseed(seed)
    for n = 1, 3000 do
      local before = value(random(0, 6))
      local text = assert(json.encode(before))
      assert.is_nil(text:find "[^ -~]")
      local after, err = json.decode(text)
      assert.is_nil(err)
      assert.is_true(equal(before, after), ("SEED=%d, value %d: %s"):format(seed, n, text))
      assert.equal(text, json.encode(after))
      assert.is_true(equal(before, json.decode(json.encode(before, { pretty = true }))))
    end
  end)

  it("or any bytes are answered, never raised, SEED=" .. seed, function()
    math.randomseed(seed)
    for _ = 1, 3000 do
      local text = json.encode(value(3))
      local at = random(#text)
      text = text:sub(1, at - 1) .. string.char(random(0, 255)) .. text:sub(at + random(0, 2))
      local decoded, err = json.decode(text)
      if err then
        assert.is_nil(decoded)
        assert.matches("^json: .+ at byte %d+$", err)
      else
        assert.is_true(equal(decoded, json.decode(json.encode(decoded))), text)
      end
    end
  end)
end)

describe("memory", function()
  it("is returned", function()
    local text = json.encode { a = ("x"):rep(1000), b = { 1, 2, 3 }, c = { d = {} } }
    local function work()
      for _ = 1, 200 do
        json.encode(json.decode(text))
        json.decode(text .. "x")
        json.encode { a = { b = print } }
      end
      collectgarbage()
      collectgarbage()
      return collectgarbage "count"
    end
    work()
    local before = work()
    assert.is_true(work() < before + 10)
  end)
end)
