-- Object filters from tables: the conditions, the root that follows from the method, stable order.
local filter = require "softlayer.filter"
local json = require "core.json"

local function text(conditions, method) return json.encode(filter.of(conditions, method or "getAllObjects")) end

local function leaf(operation, name, values)
  local options = name and { { name = name, value = json.array(values) } }
  return { operation = operation, options = options and json.array(options) }
end

describe("a condition", function()
  for _, row in ipairs {
    { "web", "web" }, { "web*", "^= web" }, { "*web", "$= web" }, { "*web*", "*= web" }, { "*", "*" }, { "**", "**" },
    { "we*b", "we*b" }, { 5, 5 }, { true, true }, { false, false }, { "> 5", "> 5" }, { "!= web*", "!= web*" },
    { "*= web*", "*= web*" }, { "_= web", "_= web" }, { "_web", "_web" }, { "~ ^w.*$", "~ ^w.*$" }, { "$= b", "$= b" },
    { "^= w", "^= w" }, { "is null", "is null" }, { "not null", "not null" }, { "", "" },
  } do
    it(("%s is the operation %s"):format(row[1], row[2]), function()
      assert.equal(json.encode { a = { operation = row[2] } }, text { a = row[1] })
    end)
  end

  for what, row in pairs {
    ["a list"] = { { "a", "b" }, leaf("in", "data", { "a", "b" }) },
    one_of = { filter.one_of { 1 }, leaf("in", "data", { 1 }) },
    none_of = { filter.none_of { 1, 2 }, leaf("not in", "data", { 1, 2 }) },
    any_of = { filter.any_of("^= a", "^= b"), leaf("or", "data", { "^= a", "^= b" }) },
    all_of = { filter.all_of("> 5", "< 9"), leaf("and", "data", { "> 5", "< 9" }) },
    on = { filter.on "01/02/2026", leaf("isDate", "date", { "01/02/2026" }) },
    before = { filter.before "01/02/2026", leaf("lessThanDate", "date", { "01/02/2026" }) },
    after = { filter.after "01/02/2026", leaf("greaterThanDate", "date", { "01/02/2026" }) },
    sorted = { filter.sorted "DESC", leaf("orderBy", "sort", { "DESC" }) },
    between = { filter.between("01/02/2026", "02/02/2026"), { operation = "betweenDate", options = json.array {
      { name = "startDate", value = json.array { "01/02/2026" } },
      { name = "endDate", value = json.array { "02/02/2026" } } } } },
  } do
    it("can be " .. what, function() assert.equal(json.encode { a = { b = row[2] } }, text { a = { b = row[1] } }) end)
  end
end)

describe("a filter without a condition", function()
  for what, conditions in pairs {
    ["no values"] = { id = {} }, ["none, as a JSON array"] = { id = json.array {} },
    ["nothing below a name"] = { datacenter = { name = {} } }, ["one_of nothing"] = { id = filter.one_of {} },
  } do
    it("is refused where it says " .. what .. ", for it would let everything through", function()
      local err = select(2, pcall(filter.of, conditions, "getVirtualGuests"))
      assert.truthy(tostring(err):find("is empty", 1, true), tostring(err))
    end)
  end

  it("is allowed as a whole", function() assert.equal("{}", text {}) end)
end)

describe("the root of a filter", function()
  it("follows from the method", function()
    local wire = '{"virtualGuests":{"hostname":{"operation":"web"}}}'
    assert.equal(wire, text({ hostname = "web" }, "getVirtualGuests"))
    assert.equal(wire, text({ virtualGuests = { hostname = { operation = "web" } } }, "getVirtualGuests"))
    for _, method in ipairs { "getAllObjects", "getDatacenters", "getPublicImages", "getObject" } do
      assert.equal('{"name":{"operation":"dal13"}}', text({ name = "dal13" }, method))
    end
  end)

  it("is none without a filter", function() assert.is_nil(filter.of(nil, "getVirtualGuests")) end)
end)

describe("pages", function()
  local by_id = { operation = "orderBy", options = json.array { { name = "sort", value = json.array { "ASC" } } } }
  local function stable(conditions, method) return json.encode(filter.in_stable_order(conditions, method)) end

  it("come in the order of the ids", function()
    assert.equal(json.encode { virtualGuests = { id = by_id } }, stable(nil, "getVirtualGuests"))
    assert.equal(json.encode { id = by_id }, stable(nil, "getAllObjects"))
    assert.equal(json.encode { virtualGuests = { id = by_id, hostname = { operation = "^= w" } } },
      stable({ hostname = "w*" }, "getVirtualGuests"))
    local raw = { virtualGuests = { hostname = { operation = "web" } } }
    assert.equal(json.encode { virtualGuests = { id = by_id, hostname = { operation = "web" } } },
      stable(raw, "getVirtualGuests"))
    assert.same({ virtualGuests = { hostname = { operation = "web" } } }, raw)
  end)

  it("keep a given order, and a condition on the id", function()
    assert.equal(text({ hostname = filter.sorted() }, "getSshKeys"), stable({ hostname = filter.sorted() }, "getSshKeys"))
    assert.equal(text({ id = "> 5" }, "getSshKeys"), stable({ id = "> 5" }, "getSshKeys"))
  end)
end)
