local disk_hint = require "bosh.disk_hint"
local json = require "core.json"
local log = require "core.log"

describe("a disk's hint", function()
  local volume, host

  before_each(function()
    volume = { id = 5, nasType = "ISCSI", serviceResourceBackendIpAddress = "10.3.78.67" }
    host = { id = 1, name = "iqn.2005-05.com.softlayer:V1", credential = { username = "chap-user", password = "chap-password" } }
  end)

  it("has all that the agent logs in with, and no path", function()
    assert.same({ id = "5", iscsi_settings = { initiator_name = "iqn.2005-05.com.softlayer:V1", target = "10.3.78.67",
      username = "chap-user", password = "chap-password" } }, disk_hint.make("5", volume, host))
  end)

  it("keeps quotes and the like in a password as they are", function()
    host.credential.password = [[a"b\c'd]]
    local hint = json.decode(json.encode(disk_hint.make("5", volume, host)))
    assert.equal([[a"b\c'd]], hint.iscsi_settings.password)
  end)

  it("makes the password a secret, also when something else is missing", function()
    for i, spoil in ipairs { function() end, function() volume.serviceResourceBackendIpAddress = nil end } do
      host.credential.password = "secret-password-" .. i
      spoil()
      disk_hint.make("5", volume, host)
      assert.equal("it is <redacted>", log.redact("it is secret-password-" .. i))
    end
  end)

  -- the missing piece by the name in the message
  local pieces = {
    initiator_name = function(value) host.name = value end,
    target = function(value) volume.serviceResourceBackendIpAddress = value end,
    username = function(value) host.credential.username = value end,
    password = function(value) host.credential.password = value end,
  }
  for name, set in pairs(pieces) do
    for what, value in pairs { missing = false, empty = "", ["a number"] = 5, ["null"] = json.null, ["an object"] = { 1 } } do
      it(("is refused when the %s is %s"):format(name, what), function()
        set(value or nil)
        local hint, err = disk_hint.make("5", volume, host)
        assert.is_nil(hint)
        assert.equal(("the API does not tell the %s for volume 5"):format(name), err.message)
      end)
    end
  end

  it("is refused without a host or without its credential", function()
    assert.matches("the initiator_name", select(2, disk_hint.make("5", volume, nil)).message)
    host.credential = nil
    assert.matches("the username", select(2, disk_hint.make("5", volume, host)).message)
  end)

  it("of a file volume is where it is mounted, with no login", function()
    local file = { id = 6, nasType = "NAS", fileNetworkMountAddress = "nfs.example.org:/vol" }
    assert.same({ id = "6", path = "nfs.example.org:/vol" }, disk_hint.make("6", file, nil))
    for _, address in ipairs { "", false } do
      file.fileNetworkMountAddress = address
      assert.matches("does not tell where file volume 6 is mounted", select(2, disk_hint.make("6", file, host)).message)
    end
  end)
end)
