-- What Tab gives: `|` marks the cursor, what follows is what must be there.
local completion = require "api.completion"
local document = require "lualib.api.document"
local metadata = require "api.metadata"
local property = require "lualib.property"
local softlayer = require "softlayer"

local function must_not_run() error "completion ran something" end

local api = assert(metadata.open { fetch = document.text })
local guest = softlayer.Virtual_Guest:id(5)
local base = { print = print, string = string, wait = setmetatable({}, { __call = must_not_run }) }
local environment = setmetatable({
  guest = guest, config = { softlayer = { datacenter = "dal13", ["odd-key"] = 1 }, list = { { deep = 1 } } },
  trap = setmetatable({ plain = 1 }, { __index = must_not_run, __pairs = must_not_run, __len = must_not_run }),
}, { __index = base })

local context = {
  api = api, environment = environment,
  scripts = {
    create_vm = { arguments = { { name = "agent_id", type = "string" }, { name = "disk_cids", type = "array", optional = true } },
      steps = { place_order = { "machine", "quote" }, plan = {} } },
    create_disk = { arguments = {}, steps = {} },
    has_vm = { arguments = { { name = "vm_cid", type = "cid" } }, steps = {} },
    ["workflows/x"] = { arguments = {}, steps = {} },
  },
  commands = { ":help", ":history", ":doc", ":quit" },
  libraries = { "softlayer.image", "softlayer.answer", "wait" },
}

local function at(marked) return completion.of(marked:gsub("|$", ""), context) end

-- line, candidates (nil: not looked at), hint (false: none)
local cases = {
  services = {
    { "sl.Vir|", "Virtual_Guest" },
    { "x = 1 + sl.Hard|", "Hardware Hardware_Server" },
    { "sl.Nothing_|", "" },
    { "sl:Vir|", "" },
  },
  methods = {
    { "sl.Virtual_Guest:get|", "getBandwidthDataByDate getDatacenter getNetworkVlans getObject getPrimaryIpAddress" },
    { "sl.Virtual_Guest:getO|", "getObject", "getObject() → Virtual_Guest" },
    { "sl.Virtual_Guest:setTags|", "setTags", "setTags(tags: string) → boolean" },
    { "sl.Account:|", "each filter filteredMask getHardware getObject getVirtualGuests id later limit mask" },
    { "sl.Virtual_Guest.getO|", "" },
    { "sl.Virtual_Guest:id(5):getO|", "getObject" },
    { "sl . Virtual_Guest : id ( f(1, {2}) ) : getO|", "getObject" },
    { "sl.Virtual_Guest:id(5):mask('id,datacenter[name]'):getO|", "getObject" },
    { "sl.Account:filter{ virtualGuests = { hostname = { 'a', \"b)\" } } }:getV|", "getVirtualGuests" },
    { "sl.Account:mask[[id]]:limit(5):getV|", "getVirtualGuests", "getVirtualGuests() → Virtual_Guest[]" },
    { "sl.Hardware_Server:is|", "isPingable" },
    { "guest:getO|", "getObject" },
    { "guest:mask('id'):setT|", "setTags" },
    { "sl.Account:getVirtualGuests():getO|", "" },
    { "sl.Account:each('x'):getO|", "" },
    { "sl.Account:limi|", "limit", "limit(limit: integer, offset?: integer) → Service" },
  },
  ["properties of results"] = {
    { "sl.Virtual_Guest:id(5):getObject().ho|", "hostname" },
    { "sl.Virtual_Guest:id(5):getObject().datacenter.|", "id longName name" },
    { "sl.Account:getVirtualGuests()[1].networkVlans[1].vl|", "vlanNumber" },
    { "sl.Account:getVirtualGuests().h|", "" },
  },
  ["masks in strings"] = {
    { 'sl.Virtual_Guest:mask("|', "datacenter hostname id networkVlans primaryIpAddress" },
    { 'sl.Virtual_Guest:mask("id,datacenter.na|', "name" },
    { "sl.Virtual_Guest:mask 'id, data|", "datacenter" },
    { 'sl.Virtual_Guest:id(5):mask("mask[id,networkVlans[vlanNu|', "vlanNumber" },
    { 'sl.Virtual_Guest:mask("mask[networkVlans[primaryRouter[datacenter[id,lo|', "longName" },
    { 'sl.Virtual_Guest:mask("mask[networkVlans[primaryRouter[datacenter[id]]],host|', "hostname" },
    { 'sl.Virtual_Guest:mask("mask.datacenter.na|', "name" },
    { 'sl.Virtual_Guest:filteredMask("mask[id,host|', "hostname" },
    { 'sl.Hardware:mask("mask(SoftLayer_Hardware_Server)[networkV|', "networkVlans" },
    { 'sl.Hardware:mask("[mask[id],mask(Hardware_Server)[networkVlans[vl|', "vlanNumber" },
    { 'sl.Virtual_Guest:mask[[id,ho|', "hostname" },
    { 'sl.Virtual_Guest:mask("networkVlans[id]|', "" },
    { 'sl.Virtual_Guest:mask("nothing.na|', "" },
    { 'sl.Virtual_Guest:mask("id", "ho|', "" },
  },
  ["masks about what a later method answers"] = {
    { 'sl.Account:mask("virtualG|', "virtualGuestCount virtualGuests" },
    { 'sl.Account:mask("virtualGuests.ho|', "hostname" },
    { 'sl.Account:mask("hostn|', "hostname" },
    { 'sl.Account:mask("datacenter[na|', "name" },
  },
  ["masks in tables"] = {
    { 'sl.Virtual_Guest:mask{ "id", "ho|', "hostname" },
    { 'sl.Virtual_Guest:mask({ "id", netw|', "networkVlans" },
    { 'sl.Virtual_Guest:mask { "id", networkVlans = { "vl|', "vlanNumber" },
    { 'sl.Virtual_Guest:mask { networkVlans = "primaryRouter.host|', "hostname" },
    { 'sl.Hardware:mask { ["(Hardware_Server)"] = { "netw|', "networkVlans" },
  },
  filters = {
    { "sl.Account:filter{ datacenter = { na|", "name" },
    { "sl.Account:filter{ hostname = 'web*', datacenter = { id = 5, lo|", "longName" },
    { "sl.Virtual_Guest:filter{ |", "datacenter hostname id networkVlans primaryIpAddress" },
    { "sl.Virtual_Guest:filter({ ho|", "hostname" },
    { "sl.Virtual_Guest:filter{ hostname = gu|", "guest" },
    { "sl.Virtual_Guest:filter{ hostname = 'da|", "" },
    { "sl.Virtual_Guest:filter{ datacenter = { name = 'x' }, ho|", "hostname" },
  },
  scripts = {
    { "cpi.cre|", "create_disk create_vm" },
    { "cpi.create_v|", "create_vm", "create_vm(agent_id: string, disk_cids?: array)" },
    { "cpi.create_vm.pl|", "place_order plan" },
    { "cpi.create_vm.place|", "place_order", "place_order(machine, quote)" },
    { "cpi.w|", "" },
    { "cpi.nothing.|", "" },
    { "cpi.has_vm{ vm_|", "vm_cid", "has_vm(vm_cid: cid)" },
    { "cpi.create_vm{ agent_id = 'a', di|", "disk_cids" },
    { "cpi.create_vm { agent_id = gu|", "guest" },
    { "cpi.create_vm{|", "agent_id disk_cids", "create_vm(agent_id: string, disk_cids?: array)" },
  },
  hints = {
    { "sl.Virtual_Guest:createObject(|", nil, "createObject(templateObject: Virtual_Guest) → Virtual_Guest" },
    { "sl.Virtual_Guest:createObject({ hostname = |", nil, "createObject(templateObject: Virtual_Guest) → Virtual_Guest" },
    { "sl.Virtual_Guest:getBandwidthDataByDate('x', |", nil,
      "getBandwidthDataByDate(startDateTime: dateTime, networkType?: string) → Entity[]" },
    { "sl.Virtual_Guest:setUserMetadata(gue|", "guest", "setUserMetadata(metadata: string[]) → boolean" },
    { "sl.Virtual_Guest:id(|", nil, "id(id: integer|string) → Service" },
    { "sl.Virtual_Guest:id(5)|", nil, false },
    { "cpi.create_vm.place_order(|", nil, "place_order(machine, quote)" },
    { "print(|", nil, false },
  },
  names = {
    { "gu|", "guest" },
    { "wa|", "wait" }, -- behind the environment
    { "s|", "sl string" },
    { "fun|", "function" },
    { "x = { gu|", "guest" },
    { "config.|", "list softlayer" },
    { "config.softlayer.|", "datacenter" },
    { "config['softlayer'].data|", "datacenter" },
    { "config.list[1].|", "deep" },
    { "config.softlayer.datacenter:re|", "rep reverse" },
    { "string.fo|", "format" },
    { "trap.|", "plain" },
    { "trap.nothing.|", "" },
    { "wait.|", "" },
    { "wait().|", "" },
    { "nothing.|", "" },
    { "('x').|", "" },
    { "5|", "" },
    { "5 .|", "" },
    { "1.|", "" },
    { "'a' .. gu|", "guest" },
  },
  ["strings, comments and libraries"] = {
    { "print('gu|", "" },
    { "x = { 'gu|", "" },
    { "print [[gu|", "" },
    { "-- gu|", "" },
    { "--[[ gu|", "" },
    { "--[[ x ]] gu|", "guest" },
    { "print('a\\'gu|", "" },
    { "print('a' .. gu|", "guest" },
    { "require 'softlayer.|", "softlayer.answer softlayer.image" },
    { 'require("wa|', "wait" },
    { "sl.Account:each('getV|", "getVirtualGuests" },
    { 'sl.Account:later("getH|', "getHardware" },
  },
  commands = {
    { ":h|", ":help :history" },
    { ":nothing|", "" },
    { ":doc Virtual_Guest.getO|", "getObject", "getObject() → Virtual_Guest" },
    { ":doc Vir|", "Virtual_Guest" },
    { ":doc sl.Virtual_Guest:getO|", "getObject" },
    { ":doc cpi.has|", "has_vm" },
    { ":doc Nothing.get|", "" },
    { ":time sl.Virtual_Guest:getO|", "getObject" },
  },
}

describe("completion of", function()
  for what, rows in pairs(cases) do
    it(what, function()
      for _, row in ipairs(rows) do
        local done = at(row[1])
        local line = row[1]:gsub("|$", "")
        assert.is_true(done.from >= 1 and done.from <= #line + 1, line)
        if row[2] then assert.equal(row[2], table.concat(done.candidates, " "), row[1]) end
        if row[3] ~= nil then assert.equal(row[3] or nil, done.hint, row[1]) end
        for _, candidate in ipairs(done.candidates) do
          assert.equal(line:sub(done.from), candidate:sub(1, #line - done.from + 1), line)
        end
      end
    end)
  end

  it("works without the API's description", function()
    local without = { environment = environment, commands = {} }
    local function candidates(line) return table.concat(completion.of(line, without).candidates, " ") end
    assert.equal("", candidates "sl.Vir")
    assert.equal("filter filteredMask", candidates "sl.Virtual_Guest:f")
    assert.equal("", candidates 'sl.Virtual_Guest:mask("i')
    assert.equal("", candidates "cpi.cre")
    assert.equal("", candidates ":doc Vir")
    assert.equal("guest", candidates "gu")
  end)

  it("more names than can be shown keeps their common beginning", function()
    local short = setmetatable({ most = 3 }, { __index = context })
    local done = completion.of("sl.Virtual_Guest:get", short)
    assert.same({ 3, 2, "getBandwidthDataByDate", "getPrimaryIpAddress" },
      { #done.candidates, done.more, done.candidates[1], done.candidates[3] })
    done = completion.of("sl.Virtual_Guest:", short)
    assert.equal(3, #done.candidates)
    assert.equal("setUserMetadata", done.candidates[3])
  end)
end)

describe("any prefix of any known name", function()
  local function contains(list, name)
    for _, candidate in ipairs(list) do
      if candidate == name then return true end
    end
    return false
  end

  local function check(before, name)
    for length = before == "" and 1 or 0, #name do
      local done = completion.of(before .. name:sub(1, length), context)
      assert.is_true(contains(done.candidates, name), before .. name:sub(1, length))
      assert.equal(#before + 1, done.from)
    end
  end

  it("gives that name", function()
    for _, service in ipairs(api:services()) do
      check("sl.", service)
      check(":doc ", service)
      for _, method in ipairs(api:methods(service)) do
        check(("sl.%s:"):format(service), method)
        check((":doc %s."):format(service), method)
      end
      for _, entry in ipairs(api:properties(api:type_of(service))) do
        check(('sl.%s:mask("id,'):format(service), entry.name)
        check(("sl.%s:filter{ "):format(service), entry.name)
      end
    end
    for _, command in ipairs(context.commands) do check("", command, context) end
  end)

  it("and any line at all, cut anywhere, raises nothing", function()
    local pieces = { "sl", ".", ":", "Virtual_Guest", "mask", "(", ")", "{", "}", "[", "]", "'", '"', "id,", "=", " ", "cpi",
      "create_vm", "--", "[[", "\\", "5", "each", "filter", "config", "..", "\n", "\xff", "require", ":doc " }
    property.holds(2000, function()
      local line = {}
      for i = 1, math.random(12) do line[i] = property.pick(pieces) end
      local done = completion.of(table.concat(line), context)
      assert.is_true(done.from >= 1 and done.from <= #table.concat(line) + 1)
    end)
  end)
end)
