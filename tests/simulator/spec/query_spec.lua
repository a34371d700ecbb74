-- What the query says: masks, filters and limits as clients write them into a URI.
local json = require "core.json"
local raw  = require "support.raw"
local wire = require "support.wire"

describe("the query", function()
  local w, guest
  setup(function()
    w = wire.open()
    guest = w:guest()
  end)
  teardown(function() w:close() end)

  local function query(text)
    local answer = raw.send(w.sim.url, ("GET /rest/v3.1/%s HTTP/1.1"):format(text:gsub("ID", ("%d"):format(guest))),
      { Authorization = wire.SIM })
    assert.equal(200, answer.status, answer.body)
    return json.decode(answer.body), answer.headers["softlayer-total-items"]
  end

  -- how a client writes the mask "id and hostname"
  local masks = {
    "mask[id,hostname]", "mask%5Bid%2Chostname%5D", "mask[id, hostname]", "mask[id,+hostname]", "id;hostname",
    "mask[%0A%20%20id,%0A%20%20hostname%0A]", "mask%5b id,%09hostname ]",
  }
  for _, text in ipairs(masks) do
    it("reads the mask " .. text, function()
      local names = {}
      for name in pairs(query("SoftLayer_Virtual_Guest/ID.json?objectMask=" .. text)) do names[#names + 1] = name end
      table.sort(names)
      assert.same({ "hostname", "id" }, names)
    end)
  end

  it("reads a filter with its quotes, braces and spaces as they are, and percent-encoded", function()
    for _, text in ipairs { '{"name":{"operation":"^= dal"}}', "%7B%22name%22%3A%7B%22operation%22%3A%22%5E%3D%20dal%22%7D%7D" } do
      local list, total = query("SoftLayer_Location/getDatacenters?objectFilter=" .. text .. "&objectMask=mask[name]")
      assert.same({ 6, "6" }, { #list, total })
    end
  end)

  it("checks a mask before the call has an effect", function()
    local before = #w.sim:inventory().guests
    local status, code, text = w:refusal("POST", "SoftLayer_Virtual_Guest",
      { parameters = { wire.template() }, mask = "mask[id,nonsense]" })
    assert.same({ 500, "WebService_ObjectMask", "Property 'nonsense' not valid for 'SoftLayer_Virtual_Guest'." },
      { status, code, text })
    assert.equal(before, #w.sim:inventory().guests)
  end)

  it("checks the mask of a chain against the type at its end", function()
    local path = ("SoftLayer_Account/getVirtualGuests/%d/getDatacenter"):format(guest)
    assert.equal("lon02", w:get(path, "mask[name]").name)
    assert.equal(500, (w:refusal("GET", path, { mask = "mask[hostname]" })))
  end)

  it("counts what a filter leaves, not what a limit leaves", function()
    local all = w:call("GET", "SoftLayer_Location_Datacenter/getDatacenters", { mask = "mask[name]" })
    assert.equal(#all.value, all.total_items)
    local dal = w:call("GET", "SoftLayer_Location_Datacenter/getDatacenters",
      { mask = "mask[name]", filter = { name = { operation = "^= dal" } }, limit = "1,2" })
    assert.equal(6, dal.total_items)
    assert.equal(2, #dal.value)
  end)

  -- resultLimit, elements of a list of six
  local limits = {
    { "2", 2 }, { "0,2", 2 }, { "4,10", 2 }, { "5,1", 1 }, { "6,1", 0 }, { "100,1", 0 }, { "1, 2", 2 }, { "6", 6 }, { "7", 6 },
    { "99999999999999999999,1", 0 }, { "0,99999999999999999999", 6 },
    { "", 6 }, { "x", 6 }, { "-1", 6 }, { "1,x", 6 }, { "1,2,3", 6 }, { "1.5", 6 },
  }
  for _, case in ipairs(limits) do
    it(("gives %d of 6 for a resultLimit of '%s'"):format(case[2], case[1]), function()
      local list, total = query(("SoftLayer_Location/getDatacenters?resultLimit=%s&objectFilter=%s"):format(case[1],
        '{"name":{"operation":"^= dal"}}'))
      assert.same({ case[2], "6" }, { #list, total })
    end)
  end

  it("ignores a limit and a filter for a single object and for a value", function()
    local object, total = query('SoftLayer_Virtual_Guest/ID?resultLimit=5,1&objectFilter={"id":{"operation":1}}')
    assert.equal(guest, object.id)
    assert.is_nil(total)
    assert.is_string((query "SoftLayer_Virtual_Guest/ID/getPrimaryBackendIpAddress?resultLimit=5,1"))
  end)

  it("counts the values of a plain list", function()
    local list, total = query "SoftLayer_Event_Log/getAllEventObjectNames"
    assert.equal(("%d"):format(#list), total)
  end)

  it("pages through a list without losing or repeating anything", function()
    local seen, count = {}, 0
    for offset = 0, 40, 7 do
      for _, place in ipairs(w:get("SoftLayer_Location/getDatacenters", "mask[id]", { limit = offset .. ",7" })) do
        assert.is_nil(seen[place.id])
        seen[place.id], count = true, count + 1
      end
    end
    assert.equal(#w:get("SoftLayer_Location/getDatacenters"), count)
  end)

  it("gives the whole list for a filter with a wrong root, and says so in the journal only", function()
    local right = w:get("SoftLayer_Account/getSshKeys", nil, { filter = { sshKeys = { label = { operation = "none" } } } })
    assert.equal("[]", json.encode(right))
    local wrong = w:get("SoftLayer_Account/getSshKeys", nil, { filter = { keys = { label = { operation = "none" } } } })
    assert.equal(1, #wrong)
    local calls = w.sim:journal("getSshKeys")
    assert.is_string(calls[#calls].filter_ignored)
  end)

  it("survives bytes that are no UTF-8 wherever they stand", function()
    for _, text in ipairs { "?objectMask=%ff", "?objectFilter=%ff", "?resultLimit=%ff", "/%ff", "?%ff=%fe" } do
      local answer = raw.send(w.sim.url, ("GET /rest/v3.1/SoftLayer_Account%s HTTP/1.1"):format(text),
        { Authorization = wire.SIM, ["User-Agent"] = "\xff" })
      assert.is_true(answer.status == 200 or answer.status == 404 or answer.status == 500, tostring(answer.status))
      assert.is_not_nil(json.decode(answer.body))
    end
  end)
end)
