-- Values as the API writes them: nulls and absence, empty lists, scalars, flags, money, dates.
local dates = require "slsim.dates"
local json  = require "core.json"
local wire  = require "support.wire"

describe("a value", function()
  local w, guest, fresh
  setup(function()
    w = wire.open()
    guest = w:guest { privateNetworkOnlyFlag = true }
    fresh = w:guest(nil, 0)
    w:get(("SoftLayer_Virtual_Guest/%d/editObject"):format(guest), nil, { parameters = { { notes = "a/b \u{e9} \u{1f600}" } } })
  end)
  teardown(function() w:close() end)

  local function body(path, mask)
    path = path:gsub("FRESH", ("%d"):format(fresh)):gsub("ID", ("%d"):format(guest))
    local answer = w:call("GET", path, { mask = mask })
    assert.equal(200, answer.status, answer.body)
    return answer.body
  end

  -- what it is, path, mask, body or a pattern that the body has
  local cases = {
    { "an unset local property is null", "Virtual_Guest/FRESH", "mask[provisionDate]", '{"provisionDate":null}' },
    { "an unset relation is absent", "Virtual_Guest/ID", "mask[id,activeTransaction,primaryIpAddress]", '{"id":ID}' },
    { "an empty list is []", "Virtual_Guest/ID", "mask[id,activeTransactions]", '{"activeTransactions":[],"id":ID}' },
    { "the count of an empty list is 0", "Virtual_Guest/ID", "mask[id,activeTransactionCount]",
      '{"activeTransactionCount":0,"id":ID}' },
    { "nothing is null, not 404", "Virtual_Guest/ID/getActiveTransaction", nil, "null" },
    { "an unset scalar is null", "Virtual_Guest/ID/getPrimaryIpAddress", nil, "null" },
    { "a search without a hit is null", "Virtual_Guest/findByIpAddress/10.0.0.1", nil, "null" },
    { "a list of nothing is []", "Virtual_Guest/ID/getActiveTransactions", nil, "[]" },
    { "slashes and all beyond ASCII are escaped", "Virtual_Guest/ID", "mask[notes]",
      [[{"notes":"a\/b \u00e9 \ud83d\ude00"}]] },
    { "a boolean is the whole body", "Virtual_Guest/ID/isBackendPingable", nil, "true" },
    { "a number is the whole body", "Virtual_Guest/ID/billingItem/nextInvoiceTotalRecurringAmount", nil, "^%d+%.?%d*$" },
    { "strings are quoted", "Virtual_Guest/ID/getGlobalIdentifier", nil, '^"%x+%-%x+%-%x+%-%x+%-%x+"$' },
    { "a flag of the type boolean is true or false", "Virtual_Guest/ID", "mask[id,privateNetworkOnlyFlag]",
      '{"id":ID,"privateNetworkOnlyFlag":true}' },
    { "flags of images are 0 or 1", "Virtual_Guest_Block_Device_Template_Group/380214", "mask[publicFlag]", '^{"publicFlag":[01]}$' },
    { "flags of disks are 0 or 1", "Virtual_Guest/ID", "mask[id,blockDevices[bootableFlag,hotPlugFlag]]",
      '^{"blockDevices":%[{"bootableFlag":1,"hotPlugFlag":0}' },
    { "flags of billing items are 0 or 1", "Virtual_Guest/ID", "mask[id,billingItem[allowCancellationFlag]]",
      '^{"billingItem":{"allowCancellationFlag":1},' },
    { "a flag of a package is 0 or 1", "Product_Package/46", "mask[isActive]", '{"isActive":1}' },
    { "fees are strings without a leading zero", "Virtual_Guest/ID", "mask[id,billingItem[hourlyRecurringFee]]",
      '^{"billingItem":{"hourlyRecurringFee":"%.%d+"},' },
    { "ids are numbers below 2^31", "Virtual_Guest/ID", "mask[id]", '{"id":ID}' },
    { "an item's capacity is a string", "Product_Package/46/getItems?resultLimit=1", nil, '"capacity":"%d+"' },
    { "a price's fees are strings", "Product_Package/46/getItemPrices?resultLimit=1", nil, '"hourlyRecurringFee":"[%d.]+"' },
    { "hours used are a string", "Virtual_Guest/ID", "mask[id,billingItem[hoursUsed]]", '^{"billingItem":{"hoursUsed":"%d+"},' },
    { "subnets count their addresses in strings", "Network_Vlan/524954/getSubnets", "mask[totalIpAddresses,usableIpAddressCount]",
      '^%[{"totalIpAddresses":"%d+","usableIpAddressCount":"%d+"}' },
    { "a transaction's averages are strings", "Virtual_Guest/ID/getLastTransaction", nil,
      '"averageDuration":"%d*%.?%d+"' },
    { "an object behind a getter comes with its locals", "Virtual_Guest/ID/getStatus", nil, '^{"keyName":"ACTIVE","name":"%a+"}$' },
    { "a list of strings", "Event_Log/getAllEventObjectNames", nil, '^%["' },
  }
  for _, case in ipairs(cases) do
    it(case[1] .. ": " .. case[2] .. " " .. (case[3] or ""), function()
      local seen = body("SoftLayer_" .. case[2], case[3])
      local wanted = case[4]:gsub("ID", ("%d"):format(guest))
      if wanted:find("[%%^]") then return assert.is_truthy(seen:find(wanted), seen) end
      assert.equal(wanted, seen)
    end)
  end

  it("that is the whole answer stands bare in .txt, in quotes otherwise", function()
    local quoted = body "SoftLayer_Virtual_Guest/ID/getPrimaryBackendIpAddress"
    local bare = quoted:match('^"([%d.]+)"$')
    assert.equal(quoted, body "SoftLayer_Virtual_Guest/ID/getPrimaryBackendIpAddress.json")
    assert.equal(bare, body "SoftLayer_Virtual_Guest/ID/getPrimaryBackendIpAddress.txt")
    assert.equal("true", body "SoftLayer_Virtual_Guest/ID/isBackendPingable.txt")
    assert.equal("null", body "SoftLayer_Virtual_Guest/ID/getActiveTransaction.txt")
    assert.equal("[]", body "SoftLayer_Virtual_Guest/ID/getActiveTransactions.txt")
  end)

  it("in XML stands in elements of its name, sorted and escaped", function()
    w:get(("SoftLayer_Virtual_Guest/%d/editObject"):format(fresh), nil, { parameters = { { notes = "<&>" } } })
    assert.equal(('<?xml version="1.0" encoding="UTF-8"?>\n<root><id>%d</id><lastPowerStateId/><notes>&lt;&amp;&gt;</notes></root>')
      :format(fresh), body("SoftLayer_Virtual_Guest/FRESH.xml", "mask[notes,id,lastPowerStateId]"))
    assert.is_not_nil(body("SoftLayer_Account/getSshKeys.xml", "mask[id]"):find("<root><item><id>136868</id></item></root>", 1, true))
    local refused = w:call("GET", "SoftLayer_Virtual_Guest/1.xml")
    assert.is_not_nil(refused.body:find("<code>SoftLayer_Exception_ObjectNotFound</code><error>Unable to find object", 1, true))
  end)

  it("that is a date is in the user's time zone, which knows daylight saving time", function()
    local path = ("SoftLayer_Virtual_Guest/%d"):format(guest)
    local function created() return w:get(path, "mask[createDate]").createDate end
    local central = created()
    local moment = dates.read(central)
    for zone, ending in pairs { UTC = "+00:00", ["+09:00"] = "+09:00" } do
      w.sim:ask("POST", "user", { user = "sim", zone = zone })
      assert.is_not_nil(created():find("^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d" .. ending:gsub("%+", "%%+") .. "$"))
      assert.equal(moment, dates.read(created()))
    end
    w.sim:ask("POST", "user", { user = "sim", zone = "US/Central" })
    local write = dates.writer(dates.zone "US/Central")
    assert.equal("2016-07-01T07:00:00-05:00", write(dates.read "2016-07-01T12:00:00Z"))
    assert.equal("2016-12-01T06:00:00-06:00", write(dates.read "2016-12-01T12:00:00Z"))
  end)

  it("named …Date is a date wherever it comes from", function()
    local count = 0
    local function check(value)
      for key, member in pairs(value) do
        if type(key) == "string" and key:find "Date$" and member ~= json.null then
          count = count + 1
          assert.is_not_nil(member:find("^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d[%d.]*[+-]%d%d:%d%d$"), key .. " " .. tostring(member))
        elseif type(member) == "table" then check(member) end
      end
    end
    for _, path in ipairs { "SoftLayer_Account/getVirtualGuests", "SoftLayer_Account", "SoftLayer_Account/getOrders",
      "SoftLayer_Event_Log/getAllObjects", "SoftLayer_Account/getAllBillingItems", "SoftLayer_Account/getSshKeys" } do
      check(json.decode(body(path)))
    end
    assert.is_true(count > 20)
  end)
end)
