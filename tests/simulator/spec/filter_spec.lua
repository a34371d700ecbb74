-- Object filters: every operation, what is silently ignored, dates, regular expressions, sorting. tests/corpus
-- compares thousands of answers with an evaluator of its own.
local dates      = require "slsim.filter.dates"
local errors     = require "slsim.errors"
local expression = require "corpus.expression"
local filter     = require "slsim.filter"
local json       = require "core.json"
local pattern    = require "slsim.filter.pattern"

local ACCOUNT, GUEST = "SoftLayer_Account", "SoftLayer_Virtual_Guest"
local NOON = assert(dates.parse("2016-11-21T12:00:00-06:00"))

local function read(object, name) return object[name] end

local function day(text) return assert(dates.parse(text)) end

local function tag(name) return { tag = { name = name } } end

local guests = {
  { id = 1, hostname = "alpha", domain = "example.org", maxMemory = 1024, maxCpu = 2, notes = "first",
    provisionDate = day "2016-11-21T10:00:00-06:00", dedicatedAccountHostOnlyFlag = true,
    datacenter = { name = "dal05" }, tagReferences = { tag "bosh", tag "web" }, orderedPackageId = "46" },
  { id = 2, hostname = "Beta", domain = "example.org", maxMemory = 4096, maxCpu = 4,
    provisionDate = day "2016-11-20T23:59:59-06:00", dedicatedAccountHostOnlyFlag = false,
    datacenter = { name = "tor01" }, tagReferences = { tag "web" }, orderedPackageId = "100" },
  { id = 30, hostname = "gamma", domain = "test.com", maxMemory = 16384, maxCpu = 2,
    provisionDate = day "2016-10-01T00:00:00-05:00", datacenter = { name = "sjc01" }, tagReferences = {},
    billingItem = { id = 5, orderItem = { order = { id = 99 } } } },
  { id = 4, hostname = "delta", domain = "test.com", maxMemory = 1024, maxCpu = 8,
    createDate = day "2018-10-23T14:22:36-05:00" + 0.2215417 },
}

local function compiled(conditions)
  return filter.parse({ virtualGuests = conditions }, ACCOUNT, "virtualGuests", NOON)
end

local function ids(conditions)
  local out = {}
  for i, guest in ipairs(filter.apply(assert(compiled(conditions)), guests, GUEST, read)) do out[i] = guest.id end
  return table.concat(out, " ")
end

local function op(operation, ...)
  local options = {}
  for i = 1, select("#", ...), 2 do
    local name, value = select(i, ...)
    options[#options + 1] = { name = name, value = value }
  end
  return { operation = operation, options = #options > 0 and options or nil }
end

describe("the literal operations", function()
  -- property, operation, ids that pass
  local rows = {
    { "hostname", "alpha", "1" },
    { "hostname", "Alpha", "" },
    { "hostname", " alpha ", "1" },
    { "hostname", "_= ALPHA", "1" },
    { "hostname", "_= beta", "2" },
    { "hostname", "!= alpha", "2 30 4" },
    { "hostname", "!=alpha", "2 30 4" },
    { "hostname", "^= AL", "1" },
    { "hostname", "!^= al", "2 30 4" },
    { "hostname", "$= a", "1 2 30 4" },
    { "hostname", "$= TA", "2 4" },
    { "hostname", "!$= ta", "1 30" },
    { "hostname", "*= LT", "4" },
    { "hostname", "*=", "1 2 30 4" },
    { "hostname", "!*= a", "" },
    { "hostname", "> delta", "30" },
    { "hostname", "<= delta", "1 2 4" },
    { "hostname", "~ ^.(lph|amm)a$", "1 30" },
    { "hostname", "!~ m+", "1 2 4" },
    { "hostname", "~ ALPHA", "" },
    { "id", 30, "30" },
    { "id", "30", "30" },
    { "id", "30.0", "30" },
    { "id", "030", "30" },
    { "id", "3x", "" },
    { "id", "> 4", "30" },
    { "id", ">=4", "30 4" },
    { "id", "< 30", "1 2 4" },
    { "id", "<= 2", "1 2" },
    { "id", "!= 1", "2 30 4" },
    { "id", "^= 3", "30" },
    { "orderedPackageId", 46, "1" },
    { "orderedPackageId", "46", "1" },
    { "orderedPackageId", "046", "" },
    { "orderedPackageId", "> 46", "2" },
    { "dedicatedAccountHostOnlyFlag", true, "1" },
    { "dedicatedAccountHostOnlyFlag", "false", "2" },
    { "dedicatedAccountHostOnlyFlag", 1, "1" },
    { "dedicatedAccountHostOnlyFlag", "!= 1", "2" },
    { "notes", "is null", "2 30 4" },
    { "notes", "not null", "1" },
    { "notes", "NOT NULL", "1" },
    { "notes", "!= second", "1" },
    { "notes", "!*= x", "1" },
    { "billingItem", "not null", "30" },
    { "billingItem", "is null", "1 2 4" },
    { "tagReferences", "is null", "30 4" },
    { "tagReferenceCount", "> 1", "1" },
    { "provisionDate", "> sysdate - 1", "1 2" },
    { "provisionDate", "> sysdate - 0.25", "1" },
    { "provisionDate", ">= currentDate - 30", "1 2" },
    { "provisionDate", ">= currentDate", "1" },
    { "provisionDate", "< 11/20/2016", "30" },
    { "provisionDate", "2016-11-21T16:00:00Z", "1" },
    { "provisionDate", "^= 2016-11-2", "1 2" },
    { "createDate", "2018-10-23T14:22:36.221541-05:00", "4" }, -- what the API shows of it
    { "createDate", "> 2018-10-23T14:22:36.221541-05:00", "" },
    { "provisionDate", "$= -05:00", "30" },
    { "provisionDate", "~ T(10|23):", "1 2" },
  }
  for _, row in ipairs(rows) do
    it(("%s %s"):format(row[1], row[2]), function()
      assert.equal(row[3], ids { [row[1]] = op(row[2]) })
    end)
  end
end)

describe("the named operations", function()
  local rows = {
    { "hostname", op("in", "data", { "alpha", "gamma", "x" }), "1 30" },
    { "hostname", op("not in", "data", { "alpha", "gamma" }), "2 4" },
    { "id", op("in", "data", { 1, "30" }), "1 30" },
    { "notes", op("not in", "data", { "x" }), "1" },
    { "hostname", op("or", "data", { "^= al", "$= mma" }), "1 30" },
    { "maxMemory", op("and", "data", { ">= 2048", "<= 16384" }), "2 30" },
    { "provisionDate", op("isDate", "date", { "11/21/2016" }), "1" },
    { "provisionDate", op("isDate", "date", { "11/20/16" }), "2" },
    { "provisionDate", op("isDate", "date", "2016-11-20"), "2" },
    { "provisionDate", op("lessThanDate", "date", { "11/21/2016" }), "2 30" },
    { "provisionDate", op("greaterThanDate", "date", { "2016-11-20T23:59:58.123456-06:00" }), "1 2" },
    { "provisionDate", op("greaterThanDate", "date", { "11-20-2016" }), "1 2" },
    { "createDate", op("greaterThanDate", "date", { "2018-10-23T14:22:36.221541-05:00" }), "" },
    { "createDate", op("greaterThanDate", "date", { "2018-10-23T14:22:36.221540-05:00" }), "4" },
    { "provisionDate", op("betweenDate", "startDate", { "10/1/2016 0:0:0" }, "endDate", { "11/20/2016 23:59:59" }),
      "2 30" },
  }
  for i, row in ipairs(rows) do
    it(("%d: %s on %s"):format(i, row[2].operation, row[1]), function()
      assert.equal(row[3], ids { [row[1]] = row[2] })
    end)
  end
end)

describe("nested conditions", function()
  it("follow relations, and fail below an unset one", function()
    assert.equal("1", ids { datacenter = { name = op "dal05" } })
    assert.equal("2 30", ids { datacenter = { name = op "!=dal05" } })
    assert.equal("30", ids { billingItem = { orderItem = { order = { id = op(99) } } } })
    assert.equal("", ids { billingItem = { cancellationDate = op "not null" } })
    assert.equal("30", ids { billingItem = { cancellationDate = op "is null" } })
  end)

  it("pass a list if one element passes", function()
    assert.equal("1 2", ids { tagReferences = { tag = { name = op("in", "data", { "web" }) } } })
    assert.equal("1", ids { tagReferences = { tag = { name = op "!= web" } } })
  end)

  it("must all hold", function()
    assert.equal("2", ids { domain = op "example.org", maxMemory = op "> 1024" })
    assert.equal("", ids { hostname = op "alpha", datacenter = { name = op "tor01" } })
  end)

  it("filter directly where the getter is static", function()
    local datacenter = "SoftLayer_Location_Datacenter"
    local by_name = assert(filter.parse({ name = op "dal13" }, datacenter))
    local passed = filter.apply(by_name, { { name = "dal13" }, { name = "lon02" } }, datacenter, read)
    assert.same({ { name = "dal13" } }, passed)
  end)
end)

describe("a filter that the API would ignore", function()
  local rows = {
    { "not an object", json.array { 1 } },
    { "text", "virtualGuests" },
    { "null", json.null },
    { "a wrong root", { datacenter = { name = op "dal05" } } },
    { "the root of another getter", { hardware = { hostname = op "a" } } },
    { "a root without conditions", { virtualGuests = "alpha" } },
    { "an unknown property", { virtualGuests = { hostnam = op "alpha" } } },
    { "a nested unknown property", { virtualGuests = { datacenter = { nam = op "dal05" } } } },
    { "a condition that is none", { virtualGuests = { hostname = "alpha" } } },
    { "an operation that is null", { virtualGuests = { hostname = { operation = json.null } } } },
    { "'in' without data", { virtualGuests = { hostname = op "in" } } },
    { "'in' with empty data", { virtualGuests = { hostname = op("in", "data", json.array {}) } } },
    { "a date operation on text", { virtualGuests = { hostname = op("isDate", "date", { "11/21/2016" }) } } },
    { "a date that is none", { virtualGuests = { provisionDate = op("isDate", "date", { "13/41/2016" }) } } },
    { "betweenDate without its end",
      { virtualGuests = { provisionDate = op("betweenDate", "startDate", { "1/1/2016" }) } } },
    { "a literal operation on a relation", { virtualGuests = { datacenter = op "dal05" } } },
    { "properties of a scalar", { virtualGuests = { hostname = { x = op "a" } } } },
    { "a sort that is no direction", { virtualGuests = { hostname = op("orderBy", "sort", { "UP" }) } } },
    { "an unsupported regular expression", { virtualGuests = { hostname = op "~ a{2}" } } },
  }
  for _, row in ipairs(rows) do
    it("compiles to nil and a reason: " .. row[1], function()
      local result, reason = filter.parse(row[2], ACCOUNT, "virtualGuests", NOON)
      assert.is_nil(result)
      assert.is_string(reason)
      assert.equal(#guests, #filter.apply(result, guests, GUEST, read))
    end)
  end

  it("keeps its effect where only a second root is wrong, and says so", function()
    local decoded = { itemPrices = { id = op(5) }, categories = { categoryCode = op "ram" } }
    local result, reason = filter.parse(decoded, "SoftLayer_Product_Package", "itemPrices")
    assert.is_truthy(result)
    assert.equal("no effect: categories", reason)
  end)

  it("is bounded in depth", function()
    local conditions = { id = op(1) }
    for _ = 1, 40 do conditions = { parent = conditions } end
    assert.is_nil((filter.parse(conditions, "SoftLayer_Billing_Item")))
  end)
end)

describe("sorting", function()
  it("sorts by one or several properties, stable, null first", function()
    assert.equal("1 2 4 30", ids { id = op("orderBy", "sort", { "ASC" }) })
    assert.equal("30 4 2 1", ids { id = op("orderBy", "sort", { "DESC" }) })
    assert.equal("1 2 4 30", ids { id = op "orderBy" })
    assert.equal("4 30 2 1", ids { provisionDate = op("orderBy", "sort", { "ASC" }) })
    assert.equal("1 4 2 30", ids { maxMemory = op("orderBy", "sort", { "ASC" }) })
    assert.equal("4 1 2 30", ids {
      maxMemory = op("orderBy", "sort", { "ASC" }, "sortOrder", { 0 }),
      id = op("orderBy", "sort", { "DESC" }, "sortOrder", { 1 }),
    })
    assert.equal("30 4 2 1", ids {
      maxMemory = op("orderBy", "sort", { "ASC" }, "sortOrder", { 1 }),
      id = op("orderBy", "sort", { "DESC" }, "sortOrder", { 0 }),
    })
  end)

  it("sorts through relations and filters at once", function()
    assert.equal("2 1", ids { domain = op "example.org", datacenter = { name = op("orderBy", "sort", { "DESC" }) } })
  end)

  it("keeps what has nothing at the end of a deep path", function()
    assert.equal("1 2 4 30", ids { billingItem = { orderItem = { order = { id = op "orderBy" } } } })
    assert.equal(4, #filter.apply(assert(compiled { billingItem = { orderItem = {} } }), guests, GUEST, read))
  end)

  it("answers Internal Error where relations lead in circles", function()
    local loop = { id = 1 }
    loop.virtualGuests = { loop, loop, loop }
    local conditions = { id = op(2) }
    for _ = 1, 15 do conditions = { virtualGuests = { account = conditions } } end
    loop.account = loop
    local ok, err = pcall(filter.apply, assert(filter.parse(conditions, ACCOUNT)), { loop }, ACCOUNT, read)
    assert.is_false(ok or not errors.is(err))
    assert.equal("Internal Error", err.error)
  end)

  it("tells whether it sorts", function()
    assert.is_true(filter.sorts((compiled { id = op "orderBy" })))
    assert.is_true(filter.sorts((compiled { datacenter = { name = op "orderBy" } })))
    assert.is_false(filter.sorts((compiled { id = op(1) })))
    assert.is_false(filter.sorts(nil))
  end)
end)

describe("dates", function()
  local rows = {
    { "1970-01-01T00:00:00Z", 0 },
    { "2016-11-07T21:02:35-06:00", 1478574155 },
    { "2016-07-01T00:00:00-05:00", 1467349200 },
    { "2016-07-01", 1467349200 },
    { "7/1/2016", 1467349200 },
    { "07-01-2016", 1467349200 },
    { "07/01/16 00:00:00", 1467349200 },
    { "12/01/2016 00:00", 1480572000 },
    { "11/06/2016 03:00:00", 1478422800 },
    { "2018-10-23T14:22:36.500000-05:00", 1540322556.5 },
    { "2016-07-01T00:00:00+0530", 1467311400 },
  }
  for _, row in ipairs(rows) do
    it("reads " .. row[1], function() assert.equal(row[2], dates.parse(row[1])) end)
  end
  for _, text in ipairs { "", "today", "13/01/2016", "02/30/2016x", "2016-00-10", "1/1/1", "2016-01-01T25:00:00Z",
    "2016-01-01T00:00:00 CST", ("1"):rep(100) } do
    it("refuses '" .. text:sub(1, 20) .. "'", function() assert.is_nil(dates.parse(text)) end)
  end

  it("begin a day in the zone, across the change of the clocks", function()
    local start = dates.day_start(day "2016-11-06T20:00:00-06:00")
    assert.equal(day "2016-11-06T00:00:00-05:00", start)
    assert.equal(day "2016-11-07T00:00:00-06:00", dates.day_start(start + 36 * 3600))
  end)
end)

describe("regular expressions", function()
  local seed = tonumber(os.getenv("SEED")) or os.time()

  it("match as a naive evaluator does (seed " .. seed .. ")", function()
    for round = 1, 1500 do
      math.randomseed(seed + round)
      local drawn, text = expression.pattern(3, { "a", "b" }), ""
      for _ = 1, math.random(0, 5) do text = text .. ({ "a", "b", "c" })[math.random(3)] end
      local test = assert(pattern.compile(tostring(drawn)))
      assert.equal(expression.found(drawn, text), test(text), ("round %d: %s on '%s'"):format(round, tostring(drawn), text))
    end
  end)

  local rows = {
    { "\\d+\\.\\d", "v12.5", true }, { "\\w\\s\\w", "a b", true }, { "\\D", "12", false }, { "[]x]", "]", true },
    { "[a\\d-]", "-", true }, { "^$", "", true }, { "a|^b", "cb", false }, { "", "x", true }, { "[^\\s]", " ", false },
  }
  for _, row in ipairs(rows) do
    it(("%s on '%s'"):format(row[1], row[2]), function()
      assert.equal(row[3], assert(pattern.compile(row[1]))(row[2]))
    end)
  end

  local broken = { "(", ")", "a)", "[a", "[", "*a", "a{2}", "(?:a)", "\\", "\\b", "[\\", ("("):rep(40), ("a"):rep(600) }
  for _, text in ipairs(broken) do
    it("refuses " .. text:sub(1, 12), function()
      local test, reason = pattern.compile(text)
      assert.is_nil(test)
      assert.is_string(reason)
    end)
  end

  it("take no exponential time", function()
    local started = os.clock()
    assert.is_false(assert(pattern.compile("^(a*)*(a+)+(a|a)*b$"))(("a"):rep(1000)))
    assert.is_true(os.clock() - started < 2)
  end)
end)
