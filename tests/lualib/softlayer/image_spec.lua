-- softlayer.image and softlayer.ssh_key.
local errors = require "errors"
local fake = require "lualib.fake"
local image = require "softlayer.image"
local log = require "core.log"
local session = require "session"
local ssh_key = require "softlayer.ssh_key"

describe("image", function()
  it("has the number in a stemcell's cid", function()
    assert.equal(380214, image.id_of "380214")
    for _, cid in ipairs { "", "0", "-5", "guid-1", "1.0", "5 light" } do
      assert.matches("is no stemcell's cid", select(2, image.id_of(cid)).message)
    end
  end)

  it("explains a missing one, and nothing else", function()
    local call = image.query(5)
    assert.matches("stemcell 5 not found", image.explain(5, errors.of_call(fake.not_found(), call)).message)
    local other = errors.of_call(fake.broken(), call)
    assert.equal(other, image.explain(5, other))
    local of_another_call = errors.of_call(fake.not_found(), { service = "Network_Subnet", method = "getObject" })
    assert.equal(of_another_call, image.explain(5, of_another_call))
  end)
end)

describe("ssh_key", function()
  local LIST, CREATE = "Account::getSshKeys", "Security_Ssh_Key::createObject"
  local api, clock

  before_each(function()
    log.level "off"
    api, clock = fake.api(), fake.clock()
    session.configure(function() return api.handle end)
  end)
  after_each(function()
    clock.restore()
    log.level "info"
  end)

  it("is found by its text, white space around it aside", function()
    api[LIST] = function() return { { id = 1, key = "other" }, { id = 2, key = "ssh-rsa AAA" } } end
    assert.equal(2, ssh_key.id_of(" ssh-rsa AAA\n", "label"))
    assert.equal(0, api.count(CREATE))
  end)

  it("is added once when it is not there", function()
    api[LIST] = function() return {} end
    api[CREATE] = function(call) return { id = 9, key = call.args[1].key } end
    assert.equal(9, ssh_key.id_of("ssh-rsa AAA", "label"))
    assert.same({ key = "ssh-rsa AAA", label = "label" }, api.sent[2].args[1])
  end)

  it("that somebody else added meanwhile is found by the look behind", function()
    api[LIST] = function(_, n) return n == 1 and {} or { { id = 4, key = "ssh-rsa AAA" } } end
    api[CREATE] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "already exists", 500) end
    assert.equal(4, ssh_key.id_of("ssh-rsa AAA", "label"))
  end)

  it("passes on why it could not be added, or looked for", function()
    api[LIST] = function() return {} end
    api[CREATE] = function() return nil, fake.refusal("SoftLayer_Exception_Public", "no permission", 500) end
    assert.matches("no permission", select(2, ssh_key.id_of("ssh-rsa AAA", "label")).message)
    api[LIST] = function() return nil, fake.not_found() end
    assert.truthy(select(2, ssh_key.id_of("ssh-rsa AAA", "label")))
    assert.equal(1, api.count(CREATE))
  end)
end)
