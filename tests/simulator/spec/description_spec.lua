-- The API's description of itself: what it says is what is served.
local json     = require "core.json"
local metadata = require "api.metadata"
local raw      = require "support.raw"
local types    = require "slsim.types"
local wire     = require "support.wire"

describe("/metadata/v3.1", function()
  local w, body, document, api
  setup(function()
    w = wire.open()
    local answer = raw.send(w.sim.url, "GET /metadata/v3.1 HTTP/1.1")
    assert.equal(200, answer.status)
    body, document = answer.body, json.decode(answer.body)
    api = assert(metadata.open { fetch = function() return body end })
  end)
  teardown(function() w:close() end)

  local function method(service, name) return assert(document["SoftLayer_" .. service].methods[name], name) end

  it("describes every type with its base, and each property where it comes in", function()
    for _, name in ipairs(types.names()) do
      local described, type = assert(document[name], name), types.get(name)
      assert.equal(type.extends or "SoftLayer_Entity", described.base)
      for key, property in pairs(type.properties) do
        local place = name .. "." .. key
        local base = types.get(type.extends)
        local entry = described.properties[key]
        assert.equal(base ~= nil and base.properties[key] == property, entry == nil, place)
        if entry then
          assert.equal(({ relation = "relational", ["local"] = "local", count = "count" })[property.form], entry.form)
          assert.equal(property.many, entry.typeArray)
          assert.is_true(entry.form ~= "count" or entry.type == "unsignedLong", place)
        end
      end
      assert.equal(#api:properties(name), select(2, json.encode(type.properties):gsub('"form":', "")), name)
    end
  end)

  it("leaves out the getters of relations", function()
    assert.is_nil(document.SoftLayer_Virtual_Guest.methods.getTagReferences)
    assert.is_nil(document.SoftLayer_Location_Datacenter.methods.getDatacenters)
    assert.is_table(document.SoftLayer_Location.methods.getDatacenters)
  end)

  it("names no type that it does not describe, containers apart", function()
    local function known(name)
      return name:find "^%l" ~= nil or name == "SoftLayer_Entity" or name:find "^SoftLayer_Container_" ~= nil or document[name] ~= nil
    end
    for name, described in pairs(document) do
      assert.is_true(known(described.base), name)
      for key, property in pairs(described.properties) do assert.is_true(known(property.type), name .. "." .. key) end
      for key, entry in pairs(described.methods or {}) do
        assert.is_true(known(entry.type), name .. "::" .. key .. " " .. entry.type)
        for _, parameter in ipairs(entry.parameters or {}) do assert.is_true(known(parameter.type), name .. "::" .. key) end
      end
    end
  end)

  -- service, method, type, static
  local methods = {
    { "Virtual_Guest", "getObject", "SoftLayer_Virtual_Guest", false },
    { "Virtual_Guest", "createObject", "SoftLayer_Virtual_Guest", true },
    { "Virtual_Guest", "createObjects", "SoftLayer_Virtual_Guest[]", true },
    { "Virtual_Guest", "getPowerState", "SoftLayer_Virtual_Guest_Power_State", false },
    { "Virtual_Guest", "getTagReferences", "SoftLayer_Tag_Reference[]", false },
    { "Virtual_Guest", "getPrimaryIpAddress", "string", false },
    { "Virtual_Guest", "deleteObject", "boolean", false },
    { "Virtual_Guest", "reloadOperatingSystem", "string", false },
    { "Virtual_Guest", "getReverseDomainRecords", "SoftLayer_Dns_Domain[]", false },
    { "Account", "getVirtualGuests", "SoftLayer_Virtual_Guest[]", false },
    { "Account", "getObject", "SoftLayer_Account", true },
    { "Event_Log", "getAllEventObjectNames", "string[]", true },
    { "Location_Datacenter", "getDatacenters", "SoftLayer_Location[]", true },
    { "Billing_Item_Virtual_Guest", "cancelService", "boolean", false },
    { "Product_Order", "placeOrder", "SoftLayer_Container_Product_Order_Receipt", true },
  }
  for _, case in ipairs(methods) do
    it(("gives the result of %s::%s"):format(case[1], case[2]), function()
      local entry = assert(api:method(case[1], case[2]))
      assert.same({ case[3], case[4] }, { entry.returns, entry.static })
    end)
  end

  it("says what masks, filters and limits have an effect on", function()
    local function effects(service, name)
      local entry = method(service, name)
      return { entry.maskable or false, entry.filterable or false, entry.limitable or false }
    end
    assert.same({ true, true, true }, effects("Location", "getDatacenters"))
    assert.same({ true, true, false }, effects("Virtual_Guest", "getObject"))
    assert.same({ false, false, false }, effects("Virtual_Guest", "deleteObject"))
  end)

  it("gives parameters with their types, and which of them are optional", function()
    local function of(service, name)
      local list = {}
      for i, p in ipairs(method(service, name).parameters or {}) do
        list[i] = ("%s:%s%s%s"):format(p.name, p.type, p.typeArray and "[]" or "", p.defaultValue == json.null and "?" or "")
      end
      return table.concat(list, " ")
    end
    assert.equal("templateObject:SoftLayer_Virtual_Guest", of("Virtual_Guest", "editObject"))
    assert.equal("templateObjects:SoftLayer_Virtual_Guest[]", of("Virtual_Guest", "createObjects"))
    assert.equal("metadata:string[]", of("Virtual_Guest", "setUserMetadata"))
    assert.equal("username:string password:string securityQuestionId:int? securityQuestionAnswer:string?",
      of("User_Customer", "getPortalLoginToken"))
    assert.equal("", of("Virtual_Guest", "getObject"))
    assert.is_true(method("User_Customer", "getPortalLoginToken").noauth)
  end)

  it("describes only methods that are there, and says which services are not", function()
    local checked = 0
    for name, described in pairs(document) do
      assert.equal(described.methods == nil, described.noservice == true, name)
      if described.methods and described.methods.getObject and not described.methods.getObject.static then
        checked = checked + 1
        local code, text = select(2, w:refusal("GET", name .. "/0/getObject"))
        assert.same({ "ObjectNotFound", "Unable to find object with id of '0'." }, { code, text }, name)
      end
    end
    assert.is_true(checked > 10)
    assert.equal("Service does not exist", select(3, w:refusal("GET", "SoftLayer_Device_Status/1")))
    assert.is_true(document.SoftLayer_Device_Status.noservice)
  end)

  it("is the same each time, its keys in order", function()
    local other = wire.open { "--seed=5" }
    assert.equal(body, raw.send(other.sim.url, "GET /metadata/v3.1/ HTTP/1.1").body)
    other:close()
    local last = ""
    for name in body:gmatch '"(SoftLayer_[%w_]+)":{"base"' do
      assert.is_true(name > last, name)
      last = name
    end
    assert.is_true(last > "SoftLayer_V")
  end)
end)
