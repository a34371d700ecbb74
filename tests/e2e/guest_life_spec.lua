-- has_vm, delete_vm, reboot_vm and set_vm_metadata, through the executables.
local json = require "core.json"
local requests = require "support.requests"
local world = require "support.world"

local NOBODY = "118000000"

--- A guest that the test orders itself; it is not ready yet.
local function order(w)
  local made = w.sim:api("SoftLayer_Virtual_Guest/createObject", nil, { { hostname = "other", domain = "example.com",
    startCpus = 1, maxMemory = 1024, hourlyBillingFlag = true, localDiskFlag = false, datacenter = { name = "ams01" },
    operatingSystemReferenceCode = "UBUNTU_LATEST" } })
  return tostring(made.id)
end

local function tags_of(w, vm)
  local guest = w.sim:api("SoftLayer_Virtual_Guest/" .. vm .. "/getObject", "tagReferences.tag.name")
  local names = {}
  for i, reference in ipairs(guest.tagReferences) do names[i] = reference.tag.name end
  table.sort(names)
  return names
end

describe("a guest's life", function()
  local w
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  local function has(vm, options) return w:result(requests.of("has_vm", vm), options) end

  it("ends for has_vm the moment delete_vm has answered", function()
    local vm = w:result(requests.create_vm())[1]
    assert.is_true(has(vm))
    assert.equal(json.null, w:result(requests.of("delete_vm", vm)))
    assert.is_false(has(vm))
    assert.equal(0, w.sim:inventory().billed)
    w.sim:ask("POST", "advance", { seconds = 1000 })
    assert.equal("[]", json.encode(w.sim:inventory().guests))
    assert.is_false(has(vm))
    assert.equal(json.null, w:result(requests.of("delete_vm", vm)))
  end)

  it("can be ended twice, or before it was", function()
    assert.equal(json.null, w:result(requests.of("delete_vm", NOBODY)))
    assert.equal(0, #w.sim:journal "deleteObject")
  end)

  it("has begun for has_vm while the guest is still provisioned; delete_vm waits for that", function()
    local vm = order(w)
    assert.is_true(has(vm))
    w:result(requests.of("delete_vm", vm))
    assert.is_false(has(vm))
    assert.equal(0, w.sim:inventory().billed)
    for _, call in ipairs(w.sim:journal "deleteObject") do assert.equal(200, call.status) end
  end)

  for _, fault in ipairs {
    "do=html status=504 executed", "do=drop executed", "do=reset", "do=html status=502", "do=torn", "do=internal",
    'do=error text="There is currently an active transaction."',
  } do
    it("ends in spite of a deleteObject with the fault " .. fault, function()
      local vm = w:result(requests.create_vm())[1]
      w.sim:fault("Virtual_Guest.deleteObject count=1 " .. fault)
      assert.equal(json.null, w:result(requests.of("delete_vm", vm)))
      assert.is_false(has(vm))
      assert.equal(0, w.sim:inventory().billed)
    end)
  end

  it("goes on after reboot_vm", function()
    local vm = w:result(requests.create_vm())[1]
    assert.equal(json.null, w:result(requests.of("reboot_vm", vm)))
    assert.equal(1, #w.sim:journal "rebootDefault")
    local gone = w:failure(requests.of("reboot_vm", NOBODY))
    assert.equal("Bosh::Clouds::VMNotFound", gone.type)
  end)

  it("keeps its tags when metadata is set, but for those of the same key", function()
    local vm = w:result(requests.create_vm())[1]
    w.sim:api("SoftLayer_Virtual_Guest/" .. vm .. "/setTags", nil, { "site, index:7" })
    w:result(requests.of("set_vm_metadata", vm, { deployment = "cf", index = "0" }))
    assert.same({ "deployment:cf", "index:0", "site" }, tags_of(w, vm))
    w:result(requests.of("set_vm_metadata", vm, { index = "1", name = "web/1,a" }))
    assert.same({ "deployment:cf", "index:1", "name:web-1-a", "site" }, tags_of(w, vm))
    local gone = w:failure(requests.of("set_vm_metadata", NOBODY, { index = "0" }))
    assert.equal("Bosh::Clouds::VMNotFound", gone.type)
  end)
end)

describe("has_vm is false only if that is certain", function()
  local w
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  local function as_limited()
    w:configure { cloud = { properties = { softlayer = { username = "limited", api_key = "limited-api-key" } } } }
  end

  it("for a guest that the API does not know", function()
    assert.is_false(w:result(requests.of("has_vm", NOBODY)))
  end)

  it("not for a user who might not see it, neither is delete_vm a success then", function()
    local vm = order(w)
    as_limited()
    for _, method in ipairs { "has_vm", "delete_vm" } do
      local err = w:failure(requests.of(method, vm))
      assert.truthy(err.message:find("permission", 1, true), err.message)
      assert.equal("Bosh::Clouds::CloudError", err.type)
    end
    assert.equal(1, #w.sim:inventory().guests)
  end)

  it("not when the credentials are refused", function()
    w:configure { cloud = { properties = { softlayer = { api_key = "a-wrong-key" } } } }
    assert.truthy(w:failure(requests.of("has_vm", NOBODY)).message:find("401", 1, true))
  end)

  it("not when the API cannot be reached", function()
    w:configure { cloud = { properties = { softlayer = { api_endpoint = "http://127.0.0.1:9/rest/v3.1" } } } }
    for _, method in ipairs { "has_vm", "delete_vm" } do
      assert.equal("Bosh::Clouds::CloudError", w:failure(requests.of(method, NOBODY)).type)
    end
  end)

  for _, fault in ipairs { "do=html status=503", "do=empty", "do=null", "do=garbage", "do=internal", "do=redirect" } do
    it("not when every answer has the fault " .. fault, function()
      w.sim:fault("*.* " .. fault)
      assert.equal("Bosh::Clouds::CloudError", w:failure(requests.of("has_vm", NOBODY)).type)
    end)
  end

  it("and reads are repeated until an answer is whole", function()
    for _, fault in ipairs { "do=html status=502", "do=drop", "do=torn", "do=rate", "do=internal" } do
      w.sim:fault("Virtual_Guest.getObject count=1 " .. fault)
    end
    assert.is_true(w:result(requests.of("has_vm", order(w))))
  end)
end)
