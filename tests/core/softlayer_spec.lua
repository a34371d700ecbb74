-- core.softlayer: what it refuses to send, and what it says of a server that is not there.
local softlayer = require "core.softlayer"

-- Port 1 of this machine: nothing listens there, so a connection is refused at once.
local NOBODY = "http://127.0.0.1:1/rest/v3.1"

describe("core.softlayer", function()
  local session
  before_each(function() session = assert(softlayer.open { endpoint = NOBODY, username = "u", api_key = "the-key" }) end)
  after_each(function() session:close() end)

  it("tells a call that never left from one whose outcome is unknown", function()
    local results = session:send { { service = "Account", method = "getObject" }, { service = "A", method = "b", id = 5 } }
    assert.equal(2, #results)
    for _, result in ipairs(results) do
      assert.is_nil(result.value)
      assert.equal("transport", result.err.kind)
      assert.is_false(result.err.sent)
      assert.is_nil(result.err.message:find("the-key", 1, true))
    end
  end)

  for what, call in pairs {
    ["a service with a slash"] = { service = "../x", method = "getObject" },
    ["a method with a slash"] = { service = "Account", method = "get/x" },
    ["no method"] = { service = "Account" },
    ["no service"] = { method = "getObject" },
    ["an id that is a path"] = { service = "Account", method = "getObject", id = "../1" },
    ["an id that is no whole number"] = { service = "Account", method = "getObject", id = 1.5 },
    ["no table"] = "getObject",
  } do
    it("raises on " .. what, function() assert.has_error(function() session:send { call } end) end)
  end

  it("sends nothing for no calls, and at most 100 in one flight", function()
    assert.same({}, session:send {})
    local many = {}
    for i = 1, 101 do many[i] = { service = "Account", method = "getObject" } end
    assert.has_error(function() session:send(many) end)
  end)

  it("does not send plain http beyond this machine", function()
    local far = assert(softlayer.open { endpoint = "http://192.0.2.1/rest/v3.1" })
    local err = far:send({ { service = "Account", method = "getObject" } })[1].err
    assert.same({ "refused", false }, { err.kind, err.sent })
    far:close()
  end)

  it("needs an endpoint, and can be closed twice but not used then", function()
    assert.has_error(function() softlayer.open {} end)
    session:close()
    session:close()
    assert.has_error(function() session:send {} end)
  end)

  it("hides what it holds", function()
    assert.is_nil(tostring(session):find("the-key", 1, true))
    assert.is_nil(session.api_key)
    assert.is_nil(session.userpwd)
  end)
end)
