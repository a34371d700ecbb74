-- Light stemcells, read by tar, gzip and Ruby's YAML, as BOSH does.
local fake = require "lualib.fake"
local json = require "core.json"
local stemcell = require "bosh.stemcell"

local EMPTY = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
local YAML = [[require "yaml"; require "json"; puts YAML.load(STDIN.read).to_json]]

local function output(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read "a"
  assert(pipe:close(), command)
  return text
end

local function manifest_of(path)
  return json.decode(output(("tar xzOf '%s' stemcell.MF | ruby -e '%s'"):format(path, YAML)))
end

describe("a light stemcell", function()
  local dir, remove
  before_each(function() dir, remove = fake.directory() end)
  after_each(function() remove() end)

  local function light(changes)
    local fields = { os = "ubuntu-jammy", version = "1.10", image_id = 12345678,
      image_uuid = "0f5a8e2c-3a44-4e9f-8a9c-30ae0b2f1b4e", datacenter = "ams01", os_code = "UBUNTU_22_64", folder = dir }
    for name, value in pairs(changes or {}) do fields[name] = value end
    return stemcell.light(fields)
  end

  it("is a tarball of a manifest and an empty image", function()
    local path = assert(light())
    assert.equal(dir .. "/light-bosh-stemcell-1.10-softlayer-xen-ubuntu-jammy-go_agent.tgz", path)
    assert.equal("stemcell.MF\nimage\n", output(("tar tzf '%s'"):format(path)))
    local sum = output(("tar xzOf '%s' image | sha1sum"):format(path)):match "^%x+"
    assert.equal(EMPTY, sum)
    local name = "bosh-softlayer-xen-ubuntu-jammy-go_agent"
    assert.same({ name = name, version = "1.10", bosh_protocol = 1, api_version = 3, sha1 = EMPTY,
      operating_system = "ubuntu-jammy", stemcell_formats = { "softlayer-light" },
      cloud_properties = { name = name, version = "1.10", infrastructure = "softlayer", architecture = "x86_64",
        root_device_name = "/dev/xvda", ["virtual-disk-image-id"] = 12345678,
        ["virtual-disk-image-uuid"] = "0f5a8e2c-3a44-4e9f-8a9c-30ae0b2f1b4e", ["datacenter-name"] = "ams01",
        ["os-code"] = "UBUNTU_22_64" } }, manifest_of(path))
  end)

  it("takes another infrastructure and API version, and leaves out what is not known", function()
    local fields = { os = "centos-7", version = "3", image_id = 5, image_uuid = "ab", infrastructure = "bluemix",
      api_version = 2, folder = dir }
    local manifest = manifest_of(assert(stemcell.light(fields)))
    assert.same({ "3", 2, "bluemix" }, { manifest.version, manifest.api_version, manifest.cloud_properties.infrastructure })
    assert.is_nil(manifest.cloud_properties["datacenter-name"])
    assert.is_nil(manifest.cloud_properties["os-code"])
  end)

  it("is the same bytes each time, and never replaces another file", function()
    local path = assert(light())
    local before = fake.slurp(path)
    assert.equal(path, light())
    local _, err = light { image_id = 5 }
    assert.matches("is there already, with other content", err.message)
    assert.is_true(before == fake.slurp(path))
    os.remove(path)
    assert(light())
    assert.is_true(before == fake.slurp(path))
  end)

  for name, value in pairs { os = "a/b", version = "1\n2", image_uuid = '"', datacenter = "ams 01", os_code = "x-y",
    infrastructure = "aws", image_id = 0 } do
    it(("refuses %s %q"):format(name, value), function()
      local path, err = light { [name] = value }
      assert.is_nil(path)
      assert.truthy(err.message:find(name == "image_id" and "id" or tostring(value), 1, true), err.message)
      assert.equal("", output(("ls '%s'"):format(dir)))
    end)
  end
end)
