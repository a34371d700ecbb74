-- A sample of `make crash-test`: each action killed once at the call that changes something; and what judges it.
local account = require "crash.account"
local case = require "crash.case"
local numbers = require "crash.numbers"
local requests = require "support.requests"

local PLAIN, LAG_30, LAG_300, LATE, ZONE = 1, 2, 3, 4, 5

-- action, kind, variant, call, moment, the method that is struck
local SAMPLE = {
  { "create_vm", "v1", LAG_300, 2, "after", "createObject" },
  { "create_vm", "v2", PLAIN, 2, "before", "createObject" },
  { "create_vm", "v2", LATE, 0, "late", "createObject" },
  { "create_vm", "manual", ZONE, 3, "after", "createObject" },
  { "create_vm", "vip", PLAIN, 4, "before", "getObject" },
  { "create_vm", "two VLANs", LAG_30, 3, "after", "createObject" },
  { "create_vm", "ephemeral disk", LAG_300, 4, "after", "placeOrder" },
  { "create_vm", "new SSH key", LAG_300, 3, "after", "createObject" },
  { "delete_vm", "manual, vip", PLAIN, 7, "after", "clearRoute" },
  { "set_vm_metadata", "", PLAIN, 2, "after", "setTags" },
  { "reboot_vm", "", ZONE, 3, "after", "rebootDefault" },
  { "create_disk", "endurance", LAG_300, 5, "after", "placeOrder" },
  { "create_disk", "snapshot space", LATE, 0, "late", "placeOrder" },
  { "attach_disk", "", PLAIN, 3, "after", "allowAccessFromVirtualGuest" },
  { "detach_disk", "", LAG_30, 2, "before", "removeAccessFromVirtualGuest" },
  { "delete_disk", "", PLAIN, 3, "after", "cancelItem" },
  { "snapshot_disk", "", LAG_300, 2, "after", "createSnapshot" },
  { "delete_snapshot", "", ZONE, 2, "after", "deleteObject" },
  { "resize_disk", "", PLAIN, 5, "after", "placeOrder" },
  { "set_disk_metadata", "", PLAIN, 2, "before", "editObject" },
  { "file_volume", "order", ZONE, 5, "after", "placeOrder" },
}

describe("killed and made again:", function()
  local w
  setup(function() w = case.world() end)
  teardown(function() w:close() end)

  for _, row in ipairs(SAMPLE) do
    local action, kind, variant, call, moment, method = table.unpack(row)
    it(("%s %s, %s: %s %s"):format(action, kind, case.variants[variant].name, moment, method), function()
      local scenario = numbers.scenario(action, kind)
      local outcome = case.open(w, scenario, case.variants[variant]):run(call, moment)
      assert.same({ true, method }, { outcome.reached, outcome.struck })
      assert.is_nil(outcome.failure)
      assert.same({}, outcome.duplicates)
      assert.same({}, outcome.unaccounted)
    end)
  end

  it("create_vm of a guest that is on record does not ask for its keys again", function()
    local scenario = numbers.scenario("create_vm", "new SSH key")
    assert.is_nil(case.open(w, scenario, case.variants[LAG_300]):run(5, "before").failure)
    local looks = 0
    for _, call in ipairs(w.sim:journal "getSshKeys") do looks = looks + (call.service == "SoftLayer_Account" and 1 or 0) end
    assert.equal(1, looks)
  end)

  it("a case tells what was bought twice and what is left, in the account and on record", function()
    local scenario = setmetatable({ check = function(c) c:ask("create_disk", 40960, { tier = 2 }) end },
      { __index = numbers.scenario("create_disk", "endurance") })
    local reference = { guests = 0, volumes = 1, snapshots = 0, orders = 0, billed = 1, routes = 0, notes = 8, ["SSH keys"] = 1 }
    local outcome = case.open(w, scenario, case.variants[PLAIN]):run(nil, nil, reference)
    assert.same({ "1 orders instead of 0" }, outcome.duplicates)
    assert.same({ "1 billed instead of 0", "1 volumes instead of 0" }, { table.unpack(outcome.unaccounted, 1, 2) })
    assert.matches("the file create_disk%-%w+%.json", outcome.unaccounted[3])
  end)

  it("a case tells that the second request failed", function()
    local scenario = { begin = function() return requests.of("attach_disk", "5", "6") end }
    assert.matches("not found", case.open(w, scenario, case.variants[PLAIN]):run().failure)
  end)
end)

describe("orders of one thing", function()
  local function call(name, more)
    local service, method = name:match "^(.+)%.(.+)$"
    local entry = { n = 1, service = "SoftLayer_" .. service, method = method }
    for key, value in pairs(more or {}) do entry[key] = value end
    return entry
  end
  local GUEST, VOLUME = "Virtual_Guest.createObject", "Product_Order.placeOrder"

  for text, row in pairs {
    ["two guests"] = { 1, call(GUEST), call(GUEST) },
    ["two guests, one of them by a container"] = { 1, call(GUEST), call(VOLUME, { arguments = { { virtualGuests = {} } } }) },
    ["two guests with a look between them"] = { 0, call(GUEST), call "Account.getVirtualGuests", call(GUEST) },
    ["two guests with a look for a volume between them"] = { 1, call(GUEST), call "Billing_Order.getAllObjects", call(GUEST) },
    ["a refused guest and another one"] = { 0, call(GUEST, { error = "No." }), call(GUEST) },
    ["two volumes"] = { 1, call(VOLUME), call(VOLUME) },
    ["two volumes with a look at the newest order between them"] = { 1, call(VOLUME),
      call("Billing_Order.getAllObjects", { limit = "1" }), call(VOLUME) },
    ["two volumes with a look at all newer orders between them"] = { 0, call(VOLUME), call "Billing_Order.getAllObjects",
      call(VOLUME) },
    ["a guest and a volume"] = { 0, call(GUEST), call(VOLUME) },
    ["two snapshots"] = { 1, call "Network_Storage.createSnapshot", call "Network_Storage.createSnapshot" },
  } do
    it(text .. (row[1] == 1 and " are told" or " are not told"), function()
      assert.equal(row[1], #account.blind_orders { table.unpack(row, 2) })
    end)
  end
end)
