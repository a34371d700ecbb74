-- What `:doc` says.
local doc = require "api.doc"
local document = require "lualib.api.document"
local metadata = require "api.metadata"

describe("the text about", function()
  local api = assert(metadata.open { fetch = document.text })

  it("a method has its signature, parameters, result, class and first paragraph", function()
    assert.equal([[
SoftLayer_Virtual_Guest::createObject

  createObject(templateObject: Virtual_Guest) → Virtual_Guest

  templateObject       SoftLayer_Virtual_Guest
  returns              SoftLayer_Virtual_Guest
  static               called without an id
  class                order: may buy or make something each time; sent once

Creates a guest from a template. It has half a "quote, three braces }}} and a backslash \
]], doc.text(api, "Virtual_Guest.createObject"))
  end)

  it("a method that is inherited or follows from a relation is the same kind", function()
    assert.equal([[
SoftLayer_Virtual_Guest::getNetworkVlans

  getNetworkVlans() → Network_Vlan[]

  returns              SoftLayer_Network_Vlan[]
  class                read: changes nothing; repeated freely

The guest's VLANs.
]], doc.text(api, "Virtual_Guest.getNetworkVlans"))
    assert.truthy(doc.text(api, "Hardware_Server.isPingable"):find("isPingable() → boolean", 1, true))
  end)

  it("a method says what it does to the account, and what may be left out", function()
    assert.truthy(doc.text(api, "Virtual_Guest.setTags"):find "\n  class +write: ")
    assert.truthy(doc.text(api, "Virtual_Guest.getBandwidthDataByDate"):find "\n  networkType +string, optional\n")
  end)

  it("a service lists its methods", function()
    local text = doc.text(api, "Account")
    assert.equal([[
SoftLayer_Account

Every customer has an SoftLayer_Account.

Methods:
getHardware getObject getVirtualGuests
]], text)
    for _, line in ipairs { "sl.Account", "SoftLayer_Account", " Account " } do assert.equal(text, doc.text(api, line)) end
  end)

  for subject, message in pairs {
    ["Virtual_Gest.getObject"] = "there is no service 'Virtual_Gest', but Virtual_Guest",
    ["Virtual_Guest.getObjct"] = "there is no method 'getObjct', but getObject",
    ["Virtual_Guest.zzzzzzz"] = "there is no method 'zzzzzzz'",
    [""] = "name a service or a method, such as Virtual_Guest.createObject",
    ["a b c"] = "name a service or a method, such as Virtual_Guest.createObject",
  } do
    it(("what is not there is an error: '%s'"):format(subject), function()
      local text, err = doc.text(api, subject)
      assert.is_nil(text)
      assert.equal(message, err.message)
    end)
  end
end)
