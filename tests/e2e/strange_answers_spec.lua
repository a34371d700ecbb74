-- An answer that is well-formed JSON, but not what was asked for, tells nothing of what there is.
local requests = require "support.requests"
local world = require "support.world"

for _, kind in ipairs { "text", "null", "empty", "type" } do
  describe("an answer of the kind " .. kind, function()
    local w
    before_each(function()
      w = world.start { config = { cloud = { properties = { softlayer = { datacenter = "ams01" } } },
        engine = { timeouts = { create_disk = 2000, create_vm = 2000, snapshot_disk = 1000, delete_disk = 300 } } } }
    end)
    after_each(function() w:close() end)

    local function spoil(call) w.sim:fault(("%s do=%s"):format(call, kind)) end

    it("reads neither as a disk that is gone nor as one that was cancelled", function()
      local disk = tostring(w.sim:ask("POST", "volume", { datacenter = "ams01" }).id)
      spoil "Network_Storage.getObject"
      for _, method in ipairs { "has_disk", "delete_disk", "set_disk_metadata" } do
        w:failure(requests.of(method, disk, method == "set_disk_metadata" and { a = "b" } or nil))
      end
      assert.equal(1, w.sim:inventory().billed)
    end)

    it("reads not as a guest that is there", function()
      spoil "Virtual_Guest.getObject"
      w:failure(requests.of("has_vm", "5"))
    end)

    it("to a look for a lost order permits no other one", function()
      spoil "Billing_Order.getAllObjects"
      spoil "Account.getVirtualGuests"
      w.sim:fault "Virtual_Guest.createObject count=1 do=reset executed"
      w:failure(requests.LOGGED)
      assert.equal(1, #w.sim:journal "createObject")
    end)

    it("to a look for a lost volume permits no other one", function()
      w.sim:fault "Product_Order.placeOrder count=1 do=reset executed"
      w.sim:fault(("Billing_Order.getAllObjects do=%s nth=2 count=1000"):format(kind))
      w:failure(requests.of("create_disk", 20480, {}))
      assert.equal(1, #w.sim:journal "placeOrder")
    end)

    it("to a look for a lost snapshot permits no other one", function()
      local disk = tostring(w.sim:ask("POST", "volume", { datacenter = "ams01", snapshot_space = 20 }).id)
      w.sim:fault "Network_Storage.createSnapshot count=1 do=reset executed"
      spoil "Network_Storage.getSnapshots"
      w:failure(requests.of("snapshot_disk", disk))
      assert.equal(1, #w.sim:journal "createSnapshot")
    end)
  end)
end
