-- softlayer.refusal: what the API's exceptions mean.
local errors = require "errors"
local fake = require "lualib.fake"
local refusal = require "softlayer.refusal"

local function of(raw) return errors.of_call(raw, { service = "X", method = "getObject" }) end
local function api(code, words, status) return of(fake.refusal(code, words, status)) end

describe("refusal", function()
  it("says nothing about the call: no answer, or trouble inside the API", function()
    for _, err in ipairs {
      of(fake.broken()), of(fake.broken(false)), of { kind = "timeout", message = "slow" },
      api("SoftLayer_Exception", "Internal Error", 500), api("SoftLayer_Exception", "x", 504),
      api("SoftLayer_Exception", "x", 408), api("SOAP", "SOAP-ERROR: Parsing WSDL", 500), api("X", "WSDL down", 500),
    } do assert.is_true(refusal.says_nothing(err), err.message) end
    for _, err in ipairs {
      of(fake.not_found()), api("SoftLayer_Exception_Public", "Internal Errors are documented", 500),
      of { kind = "interrupted", message = "signal" }, of { kind = "refused", message = "bad URL" },
    } do assert.is_false(refusal.says_nothing(err), err.message) end
  end)

  it("turned away: the rate limit, by code or by status", function()
    assert.truthy(refusal.turned_away(api("SoftLayer_Exception_WebService_RateLimitExceeded", "x", 500)))
    assert.truthy(refusal.turned_away(api("X", "x", 429)))
    assert.falsy(refusal.turned_away(of(fake.broken())))
    assert.falsy(refusal.turned_away(api("X", "rate limit", 500)))
  end)

  it("knows a volume that is being provisioned or changed", function()
    for _, err in ipairs {
      api("SoftLayer_Exception_Network_Storage_BlockingOperationInProgress", "x"),
      api("SoftLayer_Exception_Network_Storage_Group_MassAccessControlModification", "x"),
      api("SoftLayer_Exception_Network_Storage_Group_AccessControlError", "The volume is not yet ready for mount."),
      api("SoftLayer_Exception_Public", "Please try again after Volume Provisioning is complete."),
      api("SoftLayer_Exception_Public", "There is currently an active transaction on this volume."),
    } do assert.is_true(refusal.volume_busy(err), err.message) end
    for _, err in ipairs {
      api("SoftLayer_Exception_Network_Storage_Group_AccessControlError", "Access is denied."), of(fake.not_found()),
      of { kind = "transport", message = "not yet ready for mount" }, api("SoftLayer_Exception_Public", "no"),
    } do assert.is_false(refusal.volume_busy(err), err.message) end
  end)

  it("knows what is so already", function()
    assert.is_true(refusal.already_so(api("X", "A current price was provided for the upgrade order.")))
    assert.is_false(refusal.already_so(api("X", "A price was provided.")))
    assert.is_false(refusal.already_so(of { kind = "transport", message = "A current price was provided for the upgrade order" }))
    assert.is_true(refusal.already_cancelled(api("X", "No billing item is found to cancel.")))
  end)

  it("tells missing, busy, cancelled and not yet apart", function()
    local missing = of(fake.not_found())
    local busy = api("SoftLayer_Exception_Public", "There is currently an active transaction on this guest.", 500)
    local cancelled = api("SoftLayer_Exception_Public", "A billing item is required to process a cancellation.", 500)
    local early = api("SoftLayer_Exception_NotImplemented", "not implemented", 500)
    local tests = { not_found = missing, busy = busy, already_cancelled = cancelled, not_yet = early }
    for name in pairs(tests) do
      for other, err in pairs(tests) do assert.equal(name == other, refusal[name](err), name .. " of " .. other) end
      assert.is_false(refusal[name](of(fake.broken())))
    end
  end)

  it("tells that there is no room, by code or by text", function()
    for _, err in ipairs {
      api("SoftLayer_Exception_Virtual_Host_Pool_InsufficientCapacity", "x"),
      api("SoftLayer_Exception_Virtual_Host_Pool_InsufficientResources", "x"),
      api("SoftLayer_Exception_Public", "There is insufficient capacity to complete the request."),
      api("SoftLayer_Exception_Public", "Insufficient capacity to complete the request."),
      api("SoftLayer_Exception_Public", "There are insufficient resources behind router bcr04a.dal09 to fulfill the request"),
      api("SoftLayer_Exception_Public", "The dedicated host #5 does not have enough capacity for the request."),
    } do assert.is_true(refusal.no_room(err), err.message) end
    for _, err in ipairs {
      of(fake.broken()), of(fake.not_found()), api("SoftLayer_Exception_Public", "Unable to find price for core capacity of 3."),
      of { kind = "timeout", message = "There is insufficient capacity" },
    } do assert.is_false(refusal.no_room(err), err.message) end
  end)

  for reason, texts in pairs {
    capacity = { { "SoftLayer_Exception_Public", "There are insufficient resources behind router bcr04a.dal09 to fulfill "
      .. "the request for the following guests: X" },
      { "SoftLayer_Exception_Public", "There is insufficient capacity to complete the request." } },
    quota = { { "SoftLayer_Exception_Public", "This order exceeds the limit of 700 storage volumes of the account." } },
    price = { { "SoftLayer_Exception_Public", "The price for 2 x 2.0 GHz Cores (#112863) is not valid for location hou02" },
      { "SoftLayer_Exception_Public", "Price does not have an id." }, { "SoftLayer_Exception_Order_Item_Invalid", "x" },
      { "SoftLayer_Exception_NotFound", "Unable to find price for core capacity of 1642." } },
    name = { { "SoftLayer_Exception_InvalidHostname", "letters, digits and '-'" } },
    value = { { "SoftLayer_Exception_InvalidValue", "Invalid value provided for 'datacenter.name'." },
      { "SoftLayer_Exception_MissingCreationProperty", "The property 'hostname' must be set" } },
    permission = { { "SoftLayer_Exception_Public", "'Item' must be ordered with permission." },
      { "SoftLayer_Exception_Public", "Access Denied. ", 401 } },
  } do
    for _, text in ipairs(texts) do
      it(("permanent, for %s: %s"):format(reason, text[2]), function()
        local err = api(text[1], text[2], text[3] or 500)
        assert.equal(reason, refusal.permanent(err))
        assert.falsy(refusal.says_nothing(err) or refusal.turned_away(err))
        assert.truthy(err.message:find(text[2], 1, true))
        assert.is_false(err.ok_to_retry)
      end)
    end
  end

  it("permanent: none that may pass", function()
    for _, err in ipairs {
      of(fake.broken()), of { kind = "timeout", message = "insufficient capacity" },
      api("SoftLayer_Exception_WebService_RateLimitExceeded", "Rate limit of 50 requests for every 1 second(s) exceeded.", 500),
      api("SoftLayer_Exception", "insufficient capacity", 504), api("SoftLayer_Exception_Public", "Internal Error", 200),
      api("SoftLayer_Exception_Public", "There is currently an active transaction on this guest.", 500),
      api("SoftLayer_Exception_NotImplemented", "not implemented", 500), of(fake.not_found()),
    } do assert.is_nil(refusal.permanent(err), err.message) end
  end)
end)
