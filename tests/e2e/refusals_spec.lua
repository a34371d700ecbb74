-- What an operator reads when something is wrong that only the API, or a script, knows.
local requests = require "support.requests"
local world = require "support.world"

describe("an error", function()
  local w
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  local function message_of(request, kind, options)
    local err, run = w:failure(request, options)
    assert.equal("Bosh::Clouds::" .. kind, err.type, err.message)
    return err.message, run
  end

  it("of an unknown stemcell says what to do, and nothing is ordered", function()
    local message = message_of(requests.create_vm { stemcell = "999" }, "CloudError")
    assert.truthy(message:find("stemcell 999 not found", 1, true))
    assert.truthy(message:find("Upload the stemcell again", 1, true))
    assert.equal(0, #w.sim:journal "createObject")
    message_of(requests.of("create_stemcell", "image", { ["virtual-disk-image-id"] = 999 }), "CloudError")
  end)

  it("of an unknown datacenter is the API's, and the next try begins anew", function()
    local properties = { datacenter = "xyz99", cpu = 1, memory = 1024 }
    local message = message_of(requests.create_vm { properties = properties }, "VMCreationFailed")
    assert.truthy(message:find("datacenter", 1, true))
    assert.equal("[]", require "core.json".encode(w.sim:inventory().guests))
    properties.datacenter = "ams01"
    w:result(requests.create_vm { properties = properties })
  end)

  it("in a script names its file and line; the stack is in the log", function()
    local overlay = w:overlay { ["scripts/has_vm.lua"] = 'description = "d"\narguments = { "vm_cid: cid" }\neffect = "read"\n'
      .. "timeout = 5\nlocal function deep(vm) return vm.no.thing end\nfunction run(cid) return deep(cid) end\n" }
    local message, run = message_of(requests.of("has_vm", "5"), "CloudError", { arguments = { "--overlay", overlay } })
    assert.truthy(message:find("scripts/has_vm.lua:5:", 1, true), message)
    assert.truthy(run.stderr:find("stack traceback", 1, true))
  end)

  it("of a script that cannot be loaded names its file, too", function()
    for _, text in ipairs { "function run(", 'description = "d"\nfunction run() end\n', "", "x = 5", "undeclared()" } do
      local overlay = w:overlay { ["scripts/has_vm.lua"] = text }
      local message = message_of(requests.of("has_vm", "5"), "CloudError", { arguments = { "--overlay", overlay } })
      assert.truthy(message:find("scripts/has_vm.lua", 1, true), message)
    end
  end)

  it("of a result that is no JSON value is one, too", function()
    local overlay = w:overlay { ["scripts/has_vm.lua"] = 'description = "d"\narguments = {}\neffect = "read"\ntimeout = 5\n'
      .. "function run() return { 1, [3] = print } end\n" }
    message_of(requests.of "has_vm", "CloudError", { arguments = { "--overlay", overlay } })
  end)

  it("is the answer when a script that declares itself as reading tries to change something", function()
    local overlay = w:overlay { ["scripts/has_vm.lua"] = 'local sl = require "softlayer"\ndescription = "d"\narguments = {}\n'
      .. 'effect = "read"\ntimeout = 5\nfunction run() return must(sl.Virtual_Guest:id(5):deleteObject()) end\n' }
    local message = message_of(requests.of "has_vm", "CloudError", { arguments = { "--overlay", overlay } })
    assert.truthy(message:find("effect", 1, true))
    assert.equal(0, #w.sim:journal "deleteObject")
  end)
end)

-- What the API refuses for good is asked for once, at once, and not offered to the director for another try.
describe("a refusal for good", function()
  local w
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  local CAPACITY = "There are insufficient resources behind router bcr01a.ams01 to fulfill the request for the following "
    .. "guests: X"
  local DISK = requests.of("create_disk", 20480, { datacenter = "ams01" })

  local function refuse(on, code, text)
    w.sim:ask("POST", "fault", { on = on, ["do"] = "error", code = code, text = text })
  end

  local function check(request, text, method)
    local err, run = w:failure(request)
    assert.truthy(err.message:find(text, 1, true), err.message)
    assert.is_false(err.ok_to_retry)
    assert.equal(1, #w.sim:journal(method))
    assert.is_true(tonumber(run.stderr:match "failed after ([%d.]+) s") < 120, run.stderr)
    assert.equal(0, #w.sim:inventory().guests + #w.sim:inventory().volumes)
  end

  for _, case in ipairs {
    { "Public", CAPACITY }, { "InvalidHostname", "Letters, digits and hyphens only." },
    { "Public", "'Item' must be ordered with permission." },
    { "NotFound", "Unable to find price for core capacity of 1642." },
  } do
    it("of a guest's order: " .. case[2], function()
      refuse("Virtual_Guest.createObject", case[1], case[2])
      check(requests.create_vm(), case[2], "createObject")
    end)
  end

  for _, text in ipairs { "There is insufficient capacity to complete the request.",
    "This order exceeds the limit of 700 storage volumes of the account.", "'Item' must be ordered with permission." } do
    it("of the check of a volume's order: " .. text, function()
      refuse("Product_Order.verifyOrder", "Public", text)
      check(DISK, text, "verifyOrder")
    end)
    it("of a volume's order: " .. text, function()
      refuse("Product_Order.placeOrder", "Public", text)
      check(DISK, text, "placeOrder")
    end)
  end

  it("of a price is checked once more, with prices asked for anew", function()
    refuse("Product_Order.verifyOrder", "Public", "The price for 20 GB (#1) is not valid for location ams01")
    assert.is_false(w:failure(DISK).ok_to_retry)
    assert.equal(2, #w.sim:journal "verifyOrder")
  end)

  it("of what follows an order gives the guest back, and is not repeated", function()
    refuse("Virtual_Guest.setUserMetadata", "Public", "You do not have permission to do that.")
    local err = w:failure(requests.create_vm())
    assert.same({ "Bosh::Clouds::VMCreationFailed", false }, { err.type, err.ok_to_retry })
    assert.truthy(err.message:find("You do not have permission", 1, true))
    assert.equal(1, #w.sim:journal "setUserMetadata")
    assert.equal(1, #w.sim:journal "deleteObject")
  end)
end)
