-- has_vm, delete_vm, reboot_vm and set_vm_metadata over a double of the API.
local double = require "support.double"
local fake = require "lualib.fake"
local json = require "core.json"

local GET, DELETE = "Virtual_Guest::getObject", "Virtual_Guest::deleteObject"

describe("a VM's script", function()
  local world, api, guest

  before_each(function()
    world = double.world()
    api = world.api
    guest = { id = 5, hostname = "h", billingItem = { id = 1 }, provisionDate = "x", powerState = { keyName = "RUNNING" } }
    api[GET] = function()
      if not guest then return nil, fake.not_found() end
      return guest
    end
    package.loaded["softlayer.user"] = nil
    api["Account::getCurrentUser"] = function() return { id = 1, hasFullVirtualGuestAccessFlag = true } end
    api[DELETE] = function()
      guest = nil
      return true
    end
  end)
  after_each(function() world.close() end)

  it("has_vm tells there from gone, and never sends a write", function()
    assert.same({ true, true }, { world.request("has_vm", "5") })
    guest = nil
    assert.same({ true, false }, { world.request("has_vm", 5) })
    api[GET] = function() return nil, fake.broken() end
    local ok, err = world.request("has_vm", "5")
    assert.is_false(ok)
    assert.equal("transport", err.kind)
  end)

  it("delete_vm cancels and looks; a missing guest is a success", function()
    assert.is_true((world.request("delete_vm", "5")))
    assert.equal(1, api.count(DELETE))
    assert.is_true((world.request("delete_vm", "5")))
    assert.equal(1, api.count(DELETE))
  end)

  it("delete_vm gives the guest's addresses back before it cancels, also when the guest is gone", function()
    local notes = {}
    api["Account::getPrivateIpAddresses"] = function(call)
      assert.equal("bosh vm:5 director:director", call.filter.privateIpAddresses.note.options[1].value[1])
      return { { id = 8, note = "bosh vm:5 director:director" }, { id = 9, note = "bosh vm:55 director:director" } }
    end
    api["Account::getPublicIpAddresses"] = function() return {} end
    api["Network_Subnet_IpAddress::editObject"] = function(call, n)
      if n == 1 then assert.equal(0, api.count(DELETE)) end
      notes[#notes + 1] = { call.id, call.args[1].note }
      return true
    end
    assert.is_true((world.request("delete_vm", "5")))
    assert.same({ { 8, "" } }, notes)
    assert.is_true((world.request("delete_vm", "5")))
    assert.equal(2, #notes)
    assert.equal(1, api.count(DELETE))
  end)

  it("delete_vm cancels a guest whose addresses cannot be given back", function()
    api["Account::getPrivateIpAddresses"] = function() return nil, fake.refusal("SoftLayer_Exception", "no", 500) end
    assert.is_true((world.request("delete_vm", "5")))
    assert.is_nil(guest)
  end)

  it("delete_vm waits for the transaction of a guest that is being provisioned", function()
    guest.activeTransaction = { id = 1, transactionStatus = { name = "CLOUD_PROVISION_SETUP" } }
    local polls = 0
    api[GET] = function()
      polls = polls + 1
      if polls == 5 then guest.activeTransaction = nil end
      if guest then return guest end
      return nil, fake.not_found()
    end
    api[DELETE] = function()
      assert.is_nil(guest.activeTransaction)
      guest = nil
      return true
    end
    assert.is_true((world.request("delete_vm", "5")))
  end)

  it("delete_vm bears a lost answer, a new transaction and a cancellation that was there first", function()
    for _, failure in ipairs {
      fake.broken(),
      fake.refusal("SoftLayer_Exception_Public", "There is currently an active transaction on this guest.", 500),
      fake.refusal("SoftLayer_Exception_Public", "A billing item is required to process a cancellation.", 500),
    } do
      guest = { id = 5, billingItem = { id = 1 } }
      local done = false
      api[DELETE] = function()
        if done then
          guest = nil
          return true
        end
        done = true
        return nil, failure
      end
      assert.is_true((world.request("delete_vm", "5")))
      assert.is_nil(guest)
    end
  end)

  it("delete_vm looks when no answer to the cancellation ever came", function()
    api[DELETE] = function(_, n)
      if n == 6 then guest = nil end
      return nil, fake.broken()
    end
    assert.is_true((world.request("delete_vm", "5")))
    assert.equal(6, api.count(DELETE))
  end)

  it("delete_vm passes a refusal on", function()
    api[DELETE] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "not allowed", 500) end
    local ok, err = world.request("delete_vm", "5")
    assert.is_false(ok)
    assert.matches("not allowed", err.message)
  end)

  it("reboot_vm reboots once and waits; a missing guest is VMNotFound", function()
    api["Virtual_Guest::rebootDefault"] = function() return true end
    assert.is_true((world.request("reboot_vm", "5")))
    assert.equal(1, api.count "Virtual_Guest::rebootDefault")
    guest = nil
    local _, err = world.request("reboot_vm", "5")
    assert.equal("Bosh::Clouds::VMNotFound", err.type)
  end)

  it("set_vm_metadata writes merged tags, and nothing when nothing changes", function()
    guest.tagReferences = json.array { { tag = { name = "mine" } }, { tag = { name = "job:old" } } }
    local written
    api["Virtual_Guest::setTags"] = function(call)
      written = call.args[1]
      return true
    end
    assert.is_true((world.request("set_vm_metadata", "5", { job = "new", nothing = json.null })))
    assert.equal("job:new, mine", written)
    guest.tagReferences = json.array { { tag = { name = "mine" } }, { tag = { name = "job:new" } } }
    world.request("set_vm_metadata", "5", { job = "new" })
    assert.equal(1, api.count "Virtual_Guest::setTags")
  end)

  it("that nobody wrote is NotImplemented, and a path is no method", function()
    for _, method in ipairs { "resize_disk_of_the_moon", "workflows/x", "../x", "Ping", "" } do
      local ok, err = world.request(method)
      assert.is_false(ok)
      assert.matches(method == "" and "CpiError" or "NotImplemented", err.type)
    end
  end)
end)
