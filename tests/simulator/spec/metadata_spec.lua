-- The metadata service: for which machine it answers, and how the user data stands on the wire.
local json = require "core.json"
local raw  = require "support.raw"
local wire = require "support.wire"

local SERVICE = "/rest/v3.1/SoftLayer_Resource_Metadata/"

describe("the metadata service", function()
  local w, one, two
  local function guest(hostname)
    local id = w:guest { hostname = hostname }
    return w:get("SoftLayer_Virtual_Guest/" .. id, "mask[id,globalIdentifier,primaryIpAddress,primaryBackendIpAddress]")
  end
  local function write(id, text)
    w:get(("SoftLayer_Virtual_Guest/%d/setUserMetadata"):format(id), nil, { parameters = { json.array { text } } })
  end

  setup(function()
    w = wire.open()
    one, two = guest "one", guest "two"
    write(one.id, "eyJhZ2VudF9pZCI6ImEtMSJ9-_")
    write(two.id, [[a "quoted"/text]])
  end)
  teardown(function() w:close() end)

  local function from(address, method)
    return raw.send(w.sim.url, ("GET %s%s HTTP/1.1"):format(SERVICE, method), { ["X-Sim-Source-Ip"] = address }, "")
  end
  local function below(key, method)
    return raw.send(w.sim.url, ("GET /metadata/%s%s%s HTTP/1.1"):format(key, SERVICE, method), {}, "")
  end

  it("gives user data as a string in quotes, with and without an extension", function()
    for _, method in ipairs { "getUserMetadata.json", "getUserMetadata" } do
      local answer = from(one.primaryBackendIpAddress, method)
      assert.same({ 200, '"eyJhZ2VudF9pZCI6ImEtMSJ9-_"' }, { answer.status, answer.body })
    end
    assert.equal("eyJhZ2VudF9pZCI6ImEtMSJ9-_", from(one.primaryBackendIpAddress, "getUserMetadata.txt").body)
    assert.equal([["a \"quoted\"\/text"]], from(two.primaryBackendIpAddress, "getUserMetadata.json").body)
  end)

  it("knows a machine by its back-end address, its id and its global identifier", function()
    for _, machine in ipairs { one, two } do
      assert.equal(tostring(machine.id), from(machine.primaryBackendIpAddress, "getId").body)
      assert.equal(tostring(machine.id), below(machine.id, "getId").body)
      assert.equal(tostring(machine.id), below(machine.globalIdentifier, "getId").body)
    end
  end)

  -- who calls
  local strangers = {
    { "no machine", function() return "10.112.0.60" end }, { "a portable address", function() return "10.112.166.5" end },
    { "a public address", function() return one.primaryIpAddress end }, { "no address", function() return "nonsense" end },
    { "the gateway", function() return (one.primaryBackendIpAddress:gsub("%d+$", "1")) end },
  }
  for _, case in ipairs(strangers) do
    it("does not know " .. case[1], function()
      local answer = from(case[2](), "getUserMetadata.json")
      assert.equal(404, answer.status)
      assert.is_nil(answer.body:find("eyJ", 1, true))
    end)
  end

  it("has null for a machine without user data, and forgets a machine that is gone", function()
    local third = guest "three"
    assert.equal("null", from(third.primaryBackendIpAddress, "getUserMetadata.json").body)
    w:get(("SoftLayer_Virtual_Guest/%d/deleteObject"):format(third.id))
    w:advance(700)
    assert.equal(404, from(third.primaryBackendIpAddress, "getUserMetadata.json").status)
    assert.equal(404, below(third.globalIdentifier, "getUserMetadata.json").status)
  end)
end)
