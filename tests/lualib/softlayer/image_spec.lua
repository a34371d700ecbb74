-- softlayer.image: what stands behind a stemcell.
local errors = require "errors"
local fake = require "lualib.fake"
local image = require "softlayer.image"

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
    local address = errors.of_call(fake.not_found(), { service = "Network_Subnet_IpAddress", method = "getByIpAddress" })
    assert.equal(address, image.explain(5, address))
    local other = errors.of_call(fake.broken(), call)
    assert.equal(other, image.explain(5, other))
  end)
end)
