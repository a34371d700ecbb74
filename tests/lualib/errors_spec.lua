-- errors: what a director sees of a failure.
local errors = require "errors"

local TYPES = {
  cpi = "CpiError", cloud = "CloudError", not_implemented = "NotImplemented", not_supported = "NotSupported",
  vm_not_found = "VMNotFound", vm_creation_failed = "VMCreationFailed", disk_not_found = "DiskNotFound",
  disk_not_attached = "DiskNotAttached", no_disk_space = "NoDiskSpace", network_not_found = "NetworkNotFound",
}

describe("errors", function()
  for name, type in pairs(TYPES) do
    it(("has %s for Bosh::Clouds::%s"):format(name, type), function()
      local err = errors[name]("disk %d of %s", 5, "100%")
      assert.equal("Bosh::Clouds::" .. type, err.type)
      assert.equal("disk 5 of 100%", err.message)
      assert.equal("refused", err.kind)
      assert.is_false(err.ok_to_retry)
      assert.equal(type .. ": disk 5 of 100%", tostring(err))
      assert.is_true(errors.is(err))
    end)
  end

  it("tells its own objects from any other value", function()
    for _, value in ipairs { "text", 5, true, {}, setmetatable({}, {}) } do assert.is_false(errors.is(value)) end
    assert.is_false(errors.is(nil))
  end)

  it("wraps what is no error object as a bug, once", function()
    local err = errors.wrap "scripts/x.lua:5: attempt to index nil"
    assert.equal("bug", err.kind)
    assert.equal("Bosh::Clouds::CloudError", err.type)
    assert.is_false(err.ok_to_retry)
    assert.equal(err, errors.wrap(err))
    assert.equal("nil", errors.wrap(nil).message)
  end)

  it("makes a signal repeatable, a deadline not", function()
    local signal, deadline = errors.stopped("signal", "x"), errors.stopped("deadline", "x")
    assert.same({ "interrupted", true }, { signal.kind, signal.ok_to_retry })
    assert.same({ "timeout", false }, { deadline.kind, deadline.ok_to_retry })
    assert.equal("x reached its deadline", deadline.message)
  end)

  it("names the call that failed, its id, code and status", function()
    local raw = { kind = "api", message = "No.", code = "SoftLayer_Exception_Public", status = 500 }
    local err = errors.of_call(raw, { service = "Virtual_Guest", id = 7, method = "deleteObject" })
    assert.equal("SoftLayer_Virtual_Guest(7)::deleteObject answered: No. (SoftLayer_Exception_Public, HTTP 500)",
      err.message)
    assert.equal("No.", err.words)
    assert.equal("SoftLayer_Exception_Public", err.code)
  end)

  it("says of a call without an answer that it failed", function()
    local err = errors.of_call({ kind = "transport", message = "reset" }, { service = "Account", method = "getObject" })
    assert.equal("SoftLayer_Account::getObject failed: reset", err.message)
  end)

  it("lets a signal during a call be repeated, like any other signal", function()
    local raw = { kind = "interrupted", message = "stopped" }
    local err = errors.of_call(raw, { service = "Account", method = "getObject" })
    assert.is_true(err.ok_to_retry)
  end)

  it("does not let an operator's text act as a format", function()
    assert.equal("100%d", errors.cloud("%s", "100%d").message)
  end)
end)
