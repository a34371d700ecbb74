-- bosh.warnings: what is said, and what is asked for it.
local fake = require "lualib.fake"
local json = require "core.json"
local log = require "core.log"
local session = require "session"
local warnings = require "bosh.warnings"

local LIST = "Account::getVirtualGuests"

describe("a warning", function()
  local api, said, real
  before_each(function()
    log.level "off"
    api, said, real = fake.api(), {}, log.warn
    log.warn = function(format, ...) said[#said + 1] = format:format(...) end
    session.configure(function() return api.handle end)
    api[LIST] = function() return json.array {} end
  end)
  after_each(function()
    log.warn = real
    log.level "info"
  end)

  local function network(name, settings) return { name = name, settings = settings } end
  local function text() return table.concat(said, "\n") end

  -- agent of the configuration, the properties that are named
  for _, case in ipairs {
    { { mbus = "nats://nats:secret@10.0.0.4:4222", blobstore = { options = { endpoint = "http://10.0.0.4:25250" } } } },
    { { mbus = "nats://nats:p@ss@127.0.0.1:4222" }, "agent.mbus" }, { { mbus = "nats://localhost" }, "agent.mbus" },
    { { mbus = "https://mbus:x@[::1]:6868" }, "agent.mbus" }, { { mbus = "https://mbus:x@0.0.0.0:6868" } },
    { { mbus = "nats://127.0.0.1.example.org:4222" } }, { { mbus = "nats://127.0.0.1@example.org" } },
    { { blobstore = { options = { endpoint = "http://127.1.2.3:25250/x" } } }, "agent.blobstore.options.endpoint" },
    { { blobstore = { provider = "local", options = { blobstore_path = "/var/vcap" } } } },
    { { blobstore = "odd", mbus = 5 } },
  } do
    it(("for %s names %s"):format(json.encode(case[1]), case[2] or "nothing"), function()
      warnings.of_vm({ network("a", { type = "dynamic" }) }, case[1])
      assert.equal(case[2] and 1 or 0, #said)
      if case[2] then assert.truthy(said[1]:find("cloud.properties." .. case[2] .. " ", 1, true), said[1]) end
      assert.same({}, api.sent)
    end)
  end

  it("asks for no address that no dynamic network names", function()
    warnings.of_vm({ network("a", { type = "dynamic" }), network("b", { type = "manual", ip = "10.1.1.1" }),
      network("c", { type = "vip", ip = "1.1.1.1" }), network("d", { type = "dynamic", ip = json.null }),
      network("e", { type = "dynamic", ip = "" }) }, {})
    assert.same({}, api.sent)
  end)

  it("asks for private and public ones by the property that has them, and names network, guest and property", function()
    api[LIST] = function(call)
      local backend = call.filter.virtualGuests.primaryBackendIpAddress
      if not backend then return json.array { { id = 7, hostname = "old", primaryIpAddress = "10.1.1.1" } } end -- unfiltered
      return json.array {
        { id = 5, hostname = "bosh-old", primaryBackendIpAddress = "10.1.1.1", billingItem = { id = 1 } },
        { id = 6, hostname = "leaving", primaryBackendIpAddress = "10.1.1.2", openCancellationTicket = { id = 1 } },
      }
    end
    warnings.of_vm({ network("a", { type = "dynamic", ip = "10.1.1.2" }), network("b", { type = "dynamic", ip = "169.1.1.1" }),
      network("c", { type = "dynamic", ip = "10.1.1.1" }) }, {})
    assert.equal(2, #api.sent)
    assert.equal(1, #said, text())
    for _, part in ipairs { "network 'c' asks for 10.1.1.1", "guest 5 (bosh-old)", "enable_virtual_delete_vms to false" } do
      assert.truthy(said[1]:find(part, 1, true), said[1])
    end
    local asked = {}
    for _, call in ipairs(api.sent) do
      for property, condition in pairs(call.filter.virtualGuests) do asked[property] = condition end
    end
    assert.same({ primaryIpAddress = { operation = "169.1.1.1" }, primaryBackendIpAddress = { operation = "in",
      options = { { name = "data", value = { "10.1.1.1", "10.1.1.2" } } } } }, asked)
  end)

  it("is one when the list of guests cannot be read", function()
    api[LIST] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "no") end
    warnings.of_vm({ network("a", { type = "dynamic", ip = "10.1.1.2" }) }, {})
    assert.equal(1, #said)
    assert.matches("it is not known", said[1])
  end)
end)
