-- The registry of data types: splits that recorded answers confirm, and its inner consistency.
local types = require "slsim.types"

local function property(type_name, name) return types.get("SoftLayer_" .. type_name).properties[name] end

describe("the registry of types", function()
  it("knows types by their full name only", function()
    assert.equal("SoftLayer_Virtual_Guest", types.get("SoftLayer_Virtual_Guest").name)
    assert.is_nil(types.get("Virtual_Guest"))
    assert.is_nil(types.get("SoftLayer_Virtual_Gest"))
    assert.is_nil(types.get(nil))
  end)

  -- type, property, form, kind or type, many, default
  local expected = {
    { "Virtual_Guest", "id", "local", "int" },
    { "Virtual_Guest", "hostname", "local", "string" },
    { "Virtual_Guest", "provisionDate", "local", "date" },
    { "Virtual_Guest", "dedicatedAccountHostOnlyFlag", "local", "boolean" },
    { "Virtual_Guest", "globalIdentifier", "relation", "string", false, true },
    { "Virtual_Guest", "status", "relation", "SoftLayer_Virtual_Guest_Status", false, true },
    { "Virtual_Guest", "activeTransaction", "relation", "SoftLayer_Provisioning_Version1_Transaction" },
    { "Virtual_Guest", "tagReferences", "relation", "SoftLayer_Tag_Reference", true },
    { "Virtual_Guest", "tagReferenceCount", "count", "int" },
    { "Virtual_Guest", "activeTransactionCount", "count", "int" },
    { "Virtual_Guest_Block_Device", "bootableFlag", "local", "int" },
    { "Network_Storage", "storageTypeId", "local", "string" },
    { "Network_Storage", "lunId", "relation", "string" },
    { "Network_Storage", "iscsiTargetIpAddresses", "relation", "string", true },
    { "Network_Vlan", "networkSpace", "relation", "string", false, true },
    { "Network_Subnet", "usableIpAddressCount", "local", "string" },
    { "Network_Subnet", "addressSpace", "relation", "string" },
    { "Billing_Item", "nextInvoiceTotalRecurringAmount", "relation", "float" },
    { "Product_Item", "capacity", "local", "string" },
    { "Product_Item", "itemCategory", "relation", "SoftLayer_Product_Item_Category", false, true },
    { "Product_Package", "itemCount", "count", "int" },
    { "Product_Item", "categoryCount", "count", "int" },
    { "Network_Subnet", "ipAddressCount", "count", "int" },
    { "Account", "activeVirtualLicenseCount", "count", "int" },
    { "Network_Storage", "propertyCount", "count", "int" },
    { "Virtual_Guest_Block_Device_Template_Group", "childrenCount", "count", "int" },
    { "Network_Vlan", "hardwareCount", "count", "int" },
    { "Hardware_Server", "activeTransaction", "relation", "SoftLayer_Provisioning_Version1_Transaction" },
    { "User_Customer", "hasFullVirtualGuestAccessFlag", "relation", "boolean" },
    { "User_Customer", "permissions", "relation", "SoftLayer_User_Customer_CustomerPermission_Permission", true },
  }
  for _, row in ipairs(expected) do
    it("declares " .. row[1] .. "." .. row[2], function()
      local declared = assert(property(row[1], row[2]))
      assert.equal(row[3], declared.form)
      assert.equal(row[4], declared.type or declared.kind)
      assert.equal(row[5] or false, declared.many or false)
      assert.equal(row[6] or false, declared.default or false)
    end)
  end

  it("gives a subtype what its parents have, and the parents nothing of the subtype", function()
    assert.equal("local", property("Hardware_Server", "hostname").form)
    assert.equal("local", property("Hardware_Router_Backend", "hostname").form)
    assert.is_nil(property("Hardware", "activeTransaction"))
    assert.is_nil(property("Hardware_Server", "boundSubnets"))
  end)

  it("accepts a subtype where its parent is wanted, not the other way round", function()
    assert.is_true(types.accepts("SoftLayer_Hardware", "SoftLayer_Hardware_Server"))
    assert.is_true(types.accepts("SoftLayer_Hardware", "SoftLayer_Hardware_Router_Backend"))
    assert.is_true(types.accepts("SoftLayer_Hardware", "SoftLayer_Hardware"))
    assert.is_false(types.accepts("SoftLayer_Hardware_Server", "SoftLayer_Hardware"))
    assert.is_false(types.accepts("SoftLayer_Hardware", "SoftLayer_Virtual_Guest"))
    assert.is_false(types.accepts("SoftLayer_Hardware", nil))
  end)

  it("maps getters to relations, and locals have none", function()
    local name, declared = types.getter("SoftLayer_Account", "getVirtualGuests")
    assert.equal("virtualGuests", name)
    assert.equal("SoftLayer_Virtual_Guest", declared.type)
    assert.equal("primaryIpAddress", (types.getter("SoftLayer_Virtual_Guest", "getPrimaryIpAddress")))
    assert.is_nil(types.getter("SoftLayer_Virtual_Guest", "getHostname"))
    assert.is_nil(types.getter("SoftLayer_Nothing", "getVirtualGuests"))
  end)

  it("refers only to types that it declares, containers apart", function()
    for _, name in ipairs(types.names()) do
      for key, declared in pairs(types.get(name).properties) do
        if declared.type and not declared.type:find("^SoftLayer_Container_") then
          assert.is_truthy(types.get(declared.type), name .. "." .. key .. " -> " .. declared.type)
        end
      end
    end
  end)

  it("has a target or a kind for each property, and a list for each count", function()
    for _, name in ipairs(types.names()) do
      local properties = types.get(name).properties
      for key, declared in pairs(properties) do
        assert.is_truthy(declared.kind or declared.type, name .. "." .. key)
        assert.is_false(declared.kind ~= nil and declared.type ~= nil)
        if declared.form == "count" then assert.is_true(properties[declared.of].many) end
      end
    end
  end)

  it("calls every local date a date", function()
    for _, name in ipairs(types.names()) do
      for key, declared in pairs(types.get(name).properties) do
        if key:find("Date$") and declared.form == "local" then
          assert.equal("date", declared.kind, name .. "." .. key)
        end
      end
    end
  end)

  it("has no default relation that leads back to its own type", function()
    local function walk(name, path)
      assert.is_nil(path[name], "a cycle of defaults through " .. name)
      path[name] = true
      local type = types.get(name)
      for _, key in ipairs(type and type.defaults or {}) do
        local target = type.properties[key].type
        if target then walk(target, path) end
      end
      path[name] = nil
    end
    for _, name in ipairs(types.names()) do walk(name, {}) end
  end)
end)
