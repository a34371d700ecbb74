-- output: every shape of a result in every format.
local json = require "core.json"
local log = require "core.log"
local output = require "output"

local GUESTS = json.array {
  { id = 5, hostname = "web", datacenter = { name = "ams01" }, maxCpu = 4, tagReferences = json.array {
    { tag = { name = "a" } }, { tag = { name = "b" } } } },
  { id = 118459210, hostname = "日本語", datacenter = { name = "dal10" }, maxCpu = 16, tagReferences = json.array {} },
}
local NESTED = { id = 7, status = { name = "Active" }, blocks = json.array { { device = "0" }, { device = "2" } },
  ips = json.array { "10.0.0.1", "10.0.0.2" }, note = "one\ntwo", gone = json.null, none = json.array {} }

-- { what, value, { format = text } }
local shapes = {
  { "a text", "fünf\27[2J\nzwei", { auto = "fünf\\u{1b}[2J\nzwei\n", table = "fünf\\u{1b}[2J\\nzwei\n",
    tree = "fünf\\u{1b}[2J\\nzwei\n", json = '"fünf\\u001b[2J\\nzwei"\n', csv = 'value\r\n"fünf\27[2J\nzwei"\r\n',
    raw = "fünf\27[2J\nzwei\n" } },
  { "an empty text", "", { auto = "\n", table = "\n", tree = '""\n', json = '""\n', csv = 'value\r\n""\r\n', raw = "\n" } },
  { "a number", 5, { auto = "5\n", table = "5\n", tree = "5\n", json = "5\n", csv = "value\r\n5\r\n", raw = "5\n" } },
  { "a price", 0.1, { auto = "0.1\n", json = "0.1\n", csv = "value\r\n0.1\r\n" } },
  { "what is no number", 0 / 0, { json = ('"%s"\n'):format(tostring(0 / 0)) } },
  { "false", false, { auto = "false\n", table = "false\n", tree = "false\n", json = "false\n",
    csv = "value\r\nfalse\r\n", raw = "false\n" } },
  { "null", json.null, { auto = "null\n", table = "null\n", tree = "null\n", json = "null\n", csv = 'value\r\n""\r\n',
    raw = "null\n" } },
  { "an empty list", json.array {}, { auto = "no rows\n", table = "no rows\n", tree = "[]\n", json = "[]\n",
    csv = "\r\n", raw = "\n" } },
  { "an empty object", {}, { auto = "{}\n", table = "1 empty row\n", tree = "{}\n", json = "{}\n", csv = "\r\n\r\n",
    raw = "{}\n" } },
  { "a list of scalars", json.array { "a\nb", 2, json.null }, { auto = "a\\nb\n2\nnull\n", table = "a\\nb\n2\nnull\n",
    tree = "- a\\nb\n- 2\n- null\n", json = '[\n  "a\\nb",\n  2,\n  null\n]\n', csv = 'value\r\n"a\nb"\r\n2\r\n""\r\n',
    raw = "a\nb\n2\nnull\n" } },
  { "a mixed list", json.array { 1, { id = 2 } }, { auto = "- 1\n- id  2\n", tree = "- 1\n- id  2\n",
    table = "id  value\n -      1\n 2      -\n", csv = "id,value\r\n,1\r\n2,\r\n", raw = '1\n{"id":2}\n' } },
  { "lists in a list", json.array { json.array { 1, 2 }, json.array {} }, { auto = "- - 1\n  - 2\n- []\n" } },
  { "a list of objects", GUESTS, {
    auto = "       id  hostname  datacenter.name  maxCpu  tagReferences\n" ..
      "        5  web       ams01                 4  a, b\n" ..
      "118459210  日本語    dal10                16\n",
    csv = 'id,hostname,datacenter.name,maxCpu,tagReferences\r\n' ..
      '5,web,ams01,4,"[{""tag"":{""name"":""a""}},{""tag"":{""name"":""b""}}]"\r\n118459210,日本語,dal10,16,[]\r\n' } },
  { "an object", NESTED, {
    auto = "id    7\nblocks\n  - device  0\n  - device  2\ngone  null\nips   10.0.0.1, 10.0.0.2\nnone  []\n"
      .. "note  one\\ntwo\nstatus\n  name  Active\n",
    table = "id  blocks  ips                 note      status.name\n 7  0, 2    10.0.0.1, 10.0.0.2  one\\ntwo  Active\n",
    raw = '{"blocks":[{"device":"0"},{"device":"2"}],"gone":null,"id":7,"ips":["10.0.0.1","10.0.0.2"],"none":[],'
      .. '"note":"one\\ntwo","status":{"name":"Active"}}\n' } },
}

describe("output.render of", function()
  for _, shape in ipairs(shapes) do
    local what, value, texts = table.unpack(shape)
    for _, format in ipairs(output.FORMATS) do
      it(("%s as %s"):format(what, format), function()
        local text = output.render(value, { format = format })
        assert.equal("\n", text:sub(-1))
        if texts[format] then assert.equal(texts[format], text) end
      end)
    end
  end

  it("nil is null, and an error or a function its text", function()
    assert.equal("null\n", output.render(nil, {}))
    local err = require "errors".cloud "no such thing"
    assert.equal(tostring(err) .. "\n", output.render(err, {}))
    assert.truthy(output.render({ f = print }, { format = "json" }):find '"f": "function: ')
  end)

  it("a table that holds itself ends", function()
    local loop = { id = 1 }
    loop.self = loop
    assert.equal("id    1\nself  …\n", output.render(loop, {}))
  end)

  it("a large nested object is told by its name", function()
    local place = { name = "ams01", id = 1, longName = "Amsterdam 1", a = 1, b = 2 }
    assert.equal("id  datacenter.name\n 1  ams01\n", output.render(json.array { { id = 1, datacenter = place } }, {}))
  end)

  it("a format that there is not raises", function()
    assert.has_error(function() output.render(1, { format = "xml" }) end, "'xml' is no format")
  end)
end)

describe("a table", function()
  local function lines(value, options)
    local list = {}
    for line in output.render(value, options):gmatch "[^\n]*" do list[#list + 1] = line end
    return list
  end

  it("cuts what is too wide, names what is left out, and drops what is empty", function()
    local wide = json.array { { id = 1, a = ("x"):rep(40), b = ("y"):rep(40), c = ("z"):rep(40), d = json.null } }
    local x, y = ("x"):rep(26), ("y"):rep(26)
    assert.same({ "id  a" .. (" "):rep(28) .. "b", (" 1  %s…  %s…"):format(x, y), "not shown: c", "" }, lines(wide, { width = 60 }))
    assert.equal((" 1  %s...  %s..."):format(x:sub(3), y:sub(3)), lines(wide, { width = 60, unicode = false })[2])
  end)

  it("leaves out first what is the same in all rows", function()
    local rows = json.array {}
    for i = 1, 3 do rows[i] = { id = i, aaaaaaaaaaaa = "same for all", bbbbbbbbbbbb = "differs " .. i } end
    assert.same({ "id  bbbbbbbbbbbb", " 1  differs 1" }, { table.unpack(lines(rows, { width = 18 }), 1, 2) })
  end)

  it("has the columns of a mask in its order", function()
    local order = output.order "mask[maxCpu,datacenter[name],hostname]"
    assert.same({ "maxCpu", "datacenter", "datacenter.name", "hostname" }, order)
    assert.equal("maxCpu  datacenter.name  hostname         id  tagReferences", lines(GUESTS, { order = order })[1])
    assert.equal("maxCpu,datacenter.name,hostname,id", output.render(GUESTS, { format = "csv", order = order }):match "[^\r]*"
      :gsub(",tag.*", ""))
    assert.same({ "id", "a.b.c", "a.d" }, output.order "id, a.b.c, mask.a.d")
    assert.same({ "id", "networkVlans", "networkVlans.id" }, output.order "[mask[id],mask(SoftLayer_Hardware)[networkVlans[id]]]")
  end)

  it("of 3000 rows counts them, and takes less than a fifth of a second", function()
    local rows = json.array {}
    for i = 1, 3000 do
      rows[i] = { id = i, hostname = "web" .. i, domain = "example.com", maxCpu = i % 8, datacenter = { id = 1, name = "dal10" },
        primaryIpAddress = "10.0.0." .. i, notes = "fünf " .. i, password = "secret" .. i }
    end
    local list, least = nil, math.huge
    for _ = 1, 3 do
      local started = os.clock()
      list = lines(rows, { width = 100 })
      least = math.min(least, os.clock() - started)
    end
    assert.is_true(least < (os.getenv "SLCPI_BUILD" == "build/san" and 5 or 0.2), least)
    assert.equal("3,000 rows", list[3002])
  end)
end)

describe("no secret is shown:", function()
  local function hidden(value, secret)
    for _, format in ipairs(output.FORMATS) do
      for _, columns in ipairs { 20, 80, false } do
        local text = output.render(value, { format = format, width = columns or nil, colour = true })
        assert.falsy(text:find(secret, 1, true), text)
        assert.truthy(format ~= "json" or text:find("<redacted>", 1, true), text)
      end
    end
  end

  it("passwords of a guest", function()
    hidden({ operatingSystem = { passwords = json.array { { username = "root", password = "s3cr" } } } }, "s3cr")
  end)
  it("passwords in a list", function() hidden(json.array { { id = 1, password = "s3cr" }, { id = 2, password = "x" } }, "s3cr") end)
  it("credentials", function() hidden({ credentials = json.array { { username = "SL01", password = "s3cr" } } }, "s3cr") end)
  it("keys of users", function() hidden({ apiAuthenticationKeys = json.array { { authenticationKey = "ab12" } } }, "ab12") end)
  it("passwords in URLs", function() hidden({ url = "https://me:s3cr@registry/v2" }, "s3cr") end)
  it("user data", function() hidden({ userData = json.array { { value = "no document" } } }, "no document") end)
  it("documents in a text", function() hidden({ value = '{"mbus":"nats://me:s3cr@10.0.0.1"}' }, "s3cr") end)
  it("documents in base64", function()
    hidden({ value = require "core.sys".base64 '{"blobstore":{"password":"s3cr"}}' }, "eyJibG9ic3")
  end)

  it("not even the beginning of one that is cut", function()
    log.secret "abcdefghijklmnopqrstuvwxyz"
    hidden(json.array { { id = 1, note = "abcdefghijklmnopqrstuvwxyz", other = ("x"):rep(30) } }, "abcdef")
  end)

  it("but public keys are", function()
    local key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5"
    assert.truthy(output.render({ id = 1, key = key }, {}):find(key, 1, true))
  end)
end)

describe("colour", function()
  it("paints headings and names only when it is asked for", function()
    assert.truthy(output.render(GUESTS, { colour = true }):find("^\27%[1m +id  hostname"))
    assert.truthy(output.render({ id = 1 }, { colour = true }):find("\27[36mid\27[0m  1", 1, true))
    assert.truthy(output.render({ id = 1 }, { colour = true, format = "json" }):find('\27[36m"id"\27[0m: 1', 1, true))
    for _, format in ipairs(output.FORMATS) do assert.falsy(output.render(GUESTS, { format = format }):find "\27") end
  end)

  it("stays the only escape on a terminal", function()
    for _, format in ipairs(output.FORMATS) do
      local text = output.render(json.array { { ["k\27"] = "\27[2J\r\b\u{9b}2J\u{202e}" } }, { format = format, width = 80 })
      assert.falsy(text:find "[%c\u{9b}]" and text:gsub("\n", ""):find "%c", text)
      assert.falsy(text:find("\u{9b}", 1, true) or text:find("\u{202e}", 1, true), text)
    end
  end)
end)
