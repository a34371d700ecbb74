-- arguments: declarations, and how a request's values are held against them.
local arguments = require "arguments"
local json = require "core.json"
local property = require "lualib.property"

local null, array = json.null, json.array

describe("arguments.parse", function()
  it("reads name, type and the mark of an optional one", function()
    local parsed = assert(arguments.parse { "vm_cid: cid", "env2: object?" })
    assert.same({ name = "vm_cid", type = "cid", optional = false }, parsed[1])
    assert.same({ name = "env2", type = "object", optional = true }, parsed[2])
    assert.same({}, arguments.parse {})
  end)

  local malformed = {
    "vm_cid", "vm_cid:cid", "vm_cid: Cid", "vm_cid: uuid", ": string", "Vm: string", "a: string ?", "a: string??",
    " a: string", "a: string ", "", "1a: string",
  }
  for _, text in ipairs(malformed) do
    it(("refuses '%s'"):format(text), function()
      local parsed, message = arguments.parse { "good: any", text }
      assert.is_nil(parsed)
      assert.matches("argument 2 is '" .. text:gsub("%p", "%%%0") .. "'", message)
    end)
  end
end)

local samples = {
  string = { "", "text" }, boolean = { true, false }, integer = { 0, -1, math.maxinteger }, number = { 1.5, -0.0 },
  object = { {}, { a = 1 } }, array = { array {}, array { 1, null } }, null = { null },
}

-- Which kinds of sample each declared type takes. {} is also what an empty array looks like to a script.
local takes = {
  any = { string = true, boolean = true, integer = true, number = true, object = true, array = true },
  string = { string = true }, boolean = { boolean = true }, integer = { integer = true },
  number = { integer = true, number = true }, object = { object = true }, array = { array = true },
}

describe("arguments.check", function()
  local function check(declared, values) return arguments.check(assert(arguments.parse(declared)), values) end

  for declared, kinds in pairs(takes) do
    for kind, values in pairs(samples) do
      for _, value in ipairs(values) do
        local text = json.encode(value)
        if not (declared == "array" and text == "{}") then
          it(("of type %s and %s"):format(declared, text), function()
            local checked = check({ "a: " .. declared }, { value })
            assert.equal(kinds[kind] or false, checked ~= nil)
            if checked then assert.equal(value, checked[1]) end
            local optional = check({ "a: " .. declared .. "?" }, { value })
            assert.equal(kinds[kind] or kind == "null", optional ~= nil)
          end)
        end
      end
    end
  end

  it("takes a cid as text or as a whole number, and hands it on as text", function()
    assert.same({ n = 2, "12", "34" }, check({ "a: cid", "b: cid" }, { 12, "34" }))
    for _, bad in ipairs { "", 1.5, true, {}, array {} } do
      assert.is_nil(check({ "a: cid" }, { bad }))
    end
    assert.same({ n = 1 }, check({ "a: cid?" }, { null }))
  end)

  it("counts what is missing and names the first one", function()
    local checked, message = check({ "a: string", "b: object", "c: array?" }, { "x" })
    assert.is_nil(checked)
    assert.equal("not enough arguments: expected 2 to 3, got 1 (b is missing)", message)
    assert.same({ n = 2, "x" }, check({ "a: string", "b: any?" }, { "x" }))
  end)

  it("says which argument is of which wrong type", function()
    local _, message = check({ "a: string", "b: object" }, { "x", array { 1 } })
    assert.equal("argument 2, b, must be of type object, but is an array", message)
    _, message = check({ "a: string" }, { null })
    assert.equal("argument 1, a, must be of type string, but is null", message)
    _, message = check({ "a: cid" }, { true })
    assert.equal("argument 1, a, must be of type cid, but is a boolean", message)
  end)

  it("drops what a newer director sends beyond the declared ones", function()
    assert.same({ n = 1, "x" }, check({ "a: string" }, { "x", { future = true }, 5 }))
  end)

  it("keeps the position of every value whatever is null", function()
    property.holds(200, function()
      local declared, values, expected = {}, {}, { n = math.random(0, 8) }
      for i = 1, expected.n do
        declared[i] = ("a%d: any?"):format(i)
        if math.random(2) == 1 then
          values[i], expected[i] = i, i
        else
          values[i] = null
        end
      end
      assert.same(expected, check(declared, values))
    end)
  end)
end)

describe("words of a command line", function()
  local declared = assert(arguments.parse { "vm: cid", "count: integer?", "note: string?" })

  for _, row in ipairs {
    { { "5" }, { n = 3, "5" } },
    { { "5", "2", "3" }, { n = 3, "5", 2, "3" } },
    { { "note=a=b", "5" }, { n = 3, "5", nil, "a=b" } },
    { { "count=2", "vm=5" }, { n = 3, "5", 2 } },
    { { "5", "other=2" }, "there is no argument 'other' but vm, count, note" },
    { {}, "the argument vm is missing" },
    { { "5", "2", "x", "y" }, "too many arguments: 'y'" },
    { { "vm=5", "6" }, "the argument vm is given twice" },
    { { "5", "count=1", "count=2" }, "the argument count is given twice" },
  } do
    it(("%s are read or refused"):format(json.encode(array(row[1]))), function()
      local values, message = arguments.read(declared, row[1])
      if type(row[2]) == "table" then assert.same(row[2], values)
      else assert.truthy((message or ""):find(row[2], 1, true), message) end
    end)
  end
end)

describe("arguments.read", function()
  local declared = { "action: string", "volume: cid?", "size: integer?", "hourly: boolean?" }
  local function read(...) return arguments.read(assert(arguments.parse(declared)), { ... }) end

  it("takes words in their order and by name, in any mixture", function()
    assert.same({ n = 4, "list" }, read "list")
    assert.same({ n = 4, "cancel", "5" }, read("cancel", "5"))
    assert.same({ n = 4, "order", nil, 40, false }, read("hourly=false", "order", "size=40"))
    assert.same({ n = 4, "a=b" }, read "action=a=b")
    assert.same({ n = 4, "A=b" }, read "A=b") -- no name begins with a capital
  end)

  for words, message in pairs {
    ["order sise=40"] = "there is no argument 'sise' but action, volume, size, hourly",
    ["size=40"] = "the argument action is missing",
    ["order size=x"] = "argument 3, size, must be of type integer, but is a string",
    ["order 1 2 true 4"] = "too many arguments: '4'",
  } do
    it("refuses: " .. words, function()
      local list = {}
      for word in words:gmatch "%S+" do list[#list + 1] = word end
      local checked, told = read(table.unpack(list))
      assert.is_nil(checked)
      assert.equal(message, told)
    end)
  end
end)
