-- Object masks: the grammar with its error texts and the selection rules. tests/corpus compares thousands of
-- answers with an evaluator of its own.
local errors = require "slsim.errors"
local filter = require "slsim.filter"
local json   = require "core.json"
local mask   = require "slsim.mask"
local masks  = require "corpus.masks"

local GUEST, HARDWARE = "SoftLayer_Virtual_Guest", "SoftLayer_Hardware"

local function read(object, name) return object[name] end

local function keys_of(object)
  local keys = {}
  for key in pairs(object) do keys[#keys + 1] = key end
  table.sort(keys)
  return table.concat(keys, " ")
end

local function project(object, text, type_name)
  return mask.project(object, text and assert(mask.parse(text, type_name)), type_name, read)
end

describe("the grammar of masks", function()
  -- text, canonical text
  local accepted = {
    { "", "mask" },
    { "  \n ", "mask" },
    { "mask", "mask" },
    { "mask[]", "mask" },
    { "mask[id]", "mask[id]" },
    { "mask.id", "mask[id]" },
    { "id", "mask[id]" },
    { "id,hostname", "mask[hostname,id]" },
    { "id;hostname;datacenter.name", "mask[datacenter[name],hostname,id]" },
    { "activeTransaction.transactionStatus.name", "mask[activeTransaction[transactionStatus[name]]]" },
    { "mask.networkVlans.primarySubnet[id, netmask]", "mask[networkVlans[primarySubnet[id,netmask]]]" },
    { "mask.id,mask.hostname,mask.billingItem", "mask[billingItem,hostname,id]" },
    { "[mask.id,mask.networkVlans.id]", "mask[id,networkVlans[id]]" },
    { "[mask[id], mask(SoftLayer_Virtual_Guest)[hostname]]",
      "[mask[id],mask(SoftLayer_Virtual_Guest)[hostname]]" },
    { "mask\n[\n    id,networkVlans [\n        vlanNumber, primaryRouter\n    ]\n]",
      "mask[id,networkVlans[primaryRouter,vlanNumber]]" },
    { "id, lastOperatingSystemReload[id,modifyDate], activeTransaction[id,transactionStatus.name]",
      "mask[activeTransaction[id,transactionStatus[name]],id,lastOperatingSystemReload[id,modifyDate]]" },
    { "filteredMask[id;tagReferences.tag]", "filteredMask[id,tagReferences[tag]]" },
    { "mask[networkVlans.id,networkVlans.vlanNumber]", "mask[networkVlans[id,vlanNumber]]" },
    { "mask(SoftLayer_Virtual_Guest).id", "mask(SoftLayer_Virtual_Guest)[id]" },
    { "mask[backendRouters(SoftLayer_Hardware_Router)[id],backendRouters(SoftLayer_Hardware_Server)[hostname]]",
      "mask[backendRouters(SoftLayer_Hardware_Router)[id],backendRouters(SoftLayer_Hardware_Server)[hostname]]" },
    { "mask[ datacenter . name ]", "mask[datacenter[name]]" },
    { "mask[activeTransactionCount]", "mask[activeTransactionCount]" },
  }
  for _, row in ipairs(accepted) do
    it("accepts " .. row[1]:gsub("%s+", " "), function()
      local tree, err = mask.parse(row[1], GUEST)
      assert.is_nil(err)
      assert.equal(row[2], mask.print(tree))
      assert.same(tree, mask.parse(row[2], GUEST))
    end)
  end

  local PARSER, OBJECT_MASK = "SoftLayer_Exception_Common_Parser", "SoftLayer_Exception_WebService_ObjectMask"
  local refused = {
    { "mask[id,'hostname']", PARSER, "Error on line 1 at column 9: Expected PROPERTY, got '''" },
    { "mask[id,]", PARSER, "Error on line 1 at column 9: Expected PROPERTY, got ']'" },
    { "mask[id,\n  ,]", PARSER, "Error on line 2 at column 3: Expected PROPERTY, got ','" },
    { "mask[id", PARSER, "Error on line 1 at column 8: Expected ']', got ''" },
    { "mask[id]]", PARSER, "Error on line 1 at column 9: Expected END, got ']'" },
    { "mask[id] hostname", PARSER, "Error on line 1 at column 10: Expected END, got 'h'" },
    { "mask.", PARSER, "Error on line 1 at column 6: Expected PROPERTY, got ''" },
    { "[id]", PARSER, "Error on line 1 at column 2: Expected ROOT, got 'i'" },
    { "mask(SoftLayer_Virtual_Guest[id]", PARSER, "Error on line 1 at column 29: Expected ')', got '['" },
    { "mask[hostnam]", OBJECT_MASK, "Property 'hostnam' not valid for 'SoftLayer_Virtual_Guest'." },
    { "mask[Id]", OBJECT_MASK, "Property 'Id' not valid for 'SoftLayer_Virtual_Guest'." },
    { "datacenter.nam", OBJECT_MASK, "Property 'nam' not valid for 'SoftLayer_Location'." },
    { "mask[tagReferences[tag[nme]]]", OBJECT_MASK, "Property 'nme' not valid for 'SoftLayer_Tag'." },
    { "mask[b,a]", OBJECT_MASK, "Property 'b' not valid for 'SoftLayer_Virtual_Guest'." },
    { "mask[b,]", PARSER, "Error on line 1 at column 8: Expected PROPERTY, got ']'" },
    { "mask[primaryIpAddress.x]", OBJECT_MASK, "Property 'x' not valid for 'string'." },
    { "mask(SoftLayer_Location)[id]", OBJECT_MASK,
      "Property 'SoftLayer_Location' not valid for 'SoftLayer_Virtual_Guest'." },
  }
  for _, row in ipairs(refused) do
    it("refuses " .. row[1]:gsub("%s+", " "), function()
      local tree, err = mask.parse(row[1], GUEST)
      assert.is_nil(tree)
      assert.same({ status = 500, code = row[2], error = row[3] }, err)
    end)
  end

  it("needs a down-cast for a property of a subtype", function()
    assert.is_nil((mask.parse("mask.controlPanel", HARDWARE)))
    assert.is_truthy((mask.parse("mask(SoftLayer_Hardware_Server).controlPanel", HARDWARE)))
  end)

  it("checks no names where the result has no declared type", function()
    assert.is_truthy((mask.parse("id, name", nil)))
    assert.is_truthy((mask.parse("mask[whatever[x]]", "SoftLayer_Container_Whatever")))
    assert.is_nil((mask.parse("mask[", nil)))
  end)

  it("is bounded in depth and length, and linear", function()
    local deep = ("billingItem.parent"):rep(1) .. (".parent"):rep(70)
    assert.matches("levels", select(2, mask.parse(deep, GUEST)).error)
    assert.is_truthy((mask.parse("billingItem" .. (".parent"):rep(60), GUEST)))
    assert.matches("characters", select(2, mask.parse(("id,"):rep(30000) .. "id", GUEST)).error)
    local started = os.clock()
    assert.is_truthy((mask.parse(("id,"):rep(20000) .. "id", GUEST)))
    assert.is_true(os.clock() - started < 1)
  end)

  it("never raises on broken text", function()
    math.randomseed(4711)
    local text = "[mask[id,datacenter(SoftLayer_Location)[name]],mask.networkVlans[id;vlanNumber]]"
    for _ = 1, 2000 do
      local from, to = math.random(#text), math.random(#text)
      local noise = ("[](),.;' \n\0x"):sub(math.random(12)):sub(1, math.random(3))
      local tree, err = mask.parse(text:sub(1, from) .. noise .. text:sub(to), GUEST)
      assert.is_true((tree == nil) ~= (err == nil))
      if err then assert.equal(500, err.status) end
    end
  end)
end)

local guest = {
  __type = GUEST, id = 1, hostname = "a", domain = "example.org", maxCpu = 2, provisionDate = 1000,
  globalIdentifier = "guid", managedResourceFlag = false,
  status = { __type = "SoftLayer_Virtual_Guest_Status", keyName = "ACTIVE", name = "Active" },
  datacenter = {
    __type = "SoftLayer_Location_Datacenter", id = 3, name = "dal01", longName = "Dallas 1", statusId = 2,
  },
  tagReferences = {},
  networkVlans = {
    { __type = "SoftLayer_Network_Vlan", id = 11, vlanNumber = 101, networkSpace = "PRIVATE" },
    { __type = "SoftLayer_Network_Vlan", id = 12, vlanNumber = 102, networkSpace = "PUBLIC" },
  },
}

describe("the selection rules", function()
  local LOCALS = table.concat({
    "accountId createDate dedicatedAccountHostOnlyFlag domain fullyQualifiedDomainName globalIdentifier hostname id",
    "lastPowerStateId lastVerifiedDate managedResourceFlag maxCpu maxCpuUnits maxMemory metricPollDate modifyDate",
    "provisionDate startCpus status statusId" }, " ")

  it("give locals and default relations without a mask", function()
    assert.equal(LOCALS, keys_of(project(guest, nil, GUEST)))
    assert.equal(LOCALS, keys_of(project(guest, "mask", GUEST)))
  end)

  it("give an unset local as null and leave an unset relation out", function()
    local text = "mask[id,lastPowerStateId,primaryIpAddress,activeTransaction,notes,tagReferences]"
    local out = project(guest, text, GUEST)
    assert.equal("id lastPowerStateId notes tagReferences", keys_of(out))
    assert.equal(json.null, out.lastPowerStateId)
    assert.equal(json.null, out.notes)
    assert.is_true(json.is_array(out.tagReferences))
    assert.equal(0, #out.tagReferences)
    assert.equal(json.null, project(guest, nil, GUEST).lastPowerStateId)
  end)

  it("give only the named properties as soon as a local one is named", function()
    assert.same({ id = 1 }, project(guest, "id", GUEST))
    assert.same({ hostname = "a", datacenter = { name = "dal01" } }, project(guest, "hostname,datacenter.name", GUEST))
  end)

  it("give all locals where only relations or counts are named", function()
    assert.equal((LOCALS:gsub("createDate ", "createDate datacenter ")),
      keys_of(project(guest, "datacenter.name", GUEST)))
    assert.equal((LOCALS:gsub("modifyDate ", "modifyDate networkVlanCount ")),
      keys_of(project(guest, "networkVlanCount", GUEST)))
    assert.equal(2, project(guest, "networkVlanCount", GUEST).networkVlanCount)
    assert.equal(0, project(guest, "id,tagReferenceCount,activeTransactionCount", GUEST).activeTransactionCount)
  end)

  it("apply per level: a bare relation gives its locals", function()
    local out = project(guest, "id,datacenter", GUEST)
    assert.same({ id = 3, name = "dal01", longName = "Dallas 1", statusId = 2 }, out.datacenter)
    local vlans = project(guest, "id,networkVlans.vlanNumber", GUEST).networkVlans
    assert.same({ { vlanNumber = 101 }, { vlanNumber = 102 } }, vlans)
  end)

  it("apply typed parts by the object's own type", function()
    local server = { __type = "SoftLayer_Hardware_Server", id = 7, hostname = "s", primaryIpAddress = "192.0.2.1" }
    local router = { __type = "SoftLayer_Hardware_Router", id = 8, hostname = "r", primaryIpAddress = "192.0.2.2" }
    local text = "[mask[id],mask(SoftLayer_Hardware_Server)[primaryIpAddress,activeTransactionCount]]"
    assert.same({ id = 7, primaryIpAddress = "192.0.2.1", activeTransactionCount = 0 }, project(server, text, HARDWARE))
    assert.same({ id = 8 }, project(router, text, HARDWARE))
  end)

  it("apply the same property under two types", function()
    local owner = { __type = GUEST, id = 1, backendRouters = {
      { __type = "SoftLayer_Hardware_Router_Backend", id = 8, hostname = "r" },
      { __type = "SoftLayer_Hardware_Server", id = 7, hostname = "s" } } }
    local text = "id,backendRouters(SoftLayer_Hardware_Router)[id],backendRouters(SoftLayer_Hardware_Server)[hostname]"
    assert.same({ { id = 8 }, { hostname = "s" } }, project(owner, text, GUEST).backendRouters)
  end)

  it("return an object of an undeclared type as it is", function()
    local receipt = { anything = 1 }
    assert.equal(receipt, project(receipt, nil, "SoftLayer_Container_Whatever"))
  end)

  it("answer Internal Error where relations lead in circles", function()
    local loop = { __type = "SoftLayer_Network_Vlan", id = 1 }
    loop.subnets = { { __type = "SoftLayer_Network_Subnet", id = 2, networkVlan = loop },
      { __type = "SoftLayer_Network_Subnet", id = 3, networkVlan = loop } }
    local text = "subnets.networkVlan" .. (".subnets.networkVlan"):rep(24) .. ".id"
    local ok, err = pcall(project, loop, text, "SoftLayer_Network_Vlan")
    assert.is_false(ok)
    assert.is_true(errors.is(err))
    assert.same({ 200, "SoftLayer_Exception_Public", "Internal Error" }, { err.status, err.code, err.error })
  end)

  it("share one allowance among the objects of an answer", function()
    local vlan, options = { __type = "SoftLayer_Network_Vlan", id = 1 }, {}
    local tree = assert(mask.parse("id", "SoftLayer_Network_Vlan"))
    assert.has_error(function()
      for _ = 1, 400000 do mask.project(vlan, tree, "SoftLayer_Network_Vlan", read, options) end
    end)
  end)

  it("write dates with the given writer", function()
    local out = mask.project(guest, assert(mask.parse("id,provisionDate,createDate", GUEST)), GUEST, read,
      { date = function(epoch) return "D" .. epoch end })
    assert.same({ id = 1, provisionDate = "D1000", createDate = json.null }, out)
  end)

  it("filter nested lists for a filteredMask only", function()
    local compiled = assert(filter.parse({ networkVlans = { networkSpace = { operation = "PUBLIC" } } }, GUEST))
    local function vlans(text)
      local tree = assert(mask.parse(text, GUEST))
      return mask.project(guest, tree, GUEST, read, { filter = compiled }).networkVlans
    end
    assert.same({ { id = 12 } }, vlans("filteredMask[id,networkVlans[id]]"))
    assert.same({ { id = 11 }, { id = 12 } }, vlans("mask[id,networkVlans[id]]"))
  end)
end)

describe("random masks", function()
  local seed = tonumber(os.getenv("SEED")) or os.time()
  local roots = { GUEST, HARDWARE, "SoftLayer_Network_Storage", "SoftLayer_Billing_Item", "SoftLayer_Account",
    "SoftLayer_Product_Package", "SoftLayer_Location" }

  it("print and parse to the same tree (seed " .. seed .. ")", function()
    for round = 1, 400 do
      math.randomseed(seed + round)
      local type_name = roots[math.random(#roots)]
      local text = masks.spell(masks.draw(type_name, 3, {}))
      local tree, err = mask.parse(text, type_name)
      assert.is_nil(err, text .. ": " .. tostring(err and err.error))
      assert.same(tree, mask.parse(mask.print(tree), type_name))
    end
  end)
end)
