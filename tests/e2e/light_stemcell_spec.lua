-- light_stemcell: the image is looked at before a tarball names it.
local folder = require "support.folder"
local stemcells = require "support.stemcells"
local world = require "support.world"

local IMAGE = "SoftLayer_Virtual_Guest_Block_Device_Template_Group"

describe("light_stemcell", function()
  local w
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  local function run(...)
    return w:command { "run", "light_stemcell", "os=ubuntu-trusty", "version=3586.1", "folder=" .. w.at.path, ... }
  end

  local function manifest_of(told)
    local path = told.stdout:match "\n(/%S+/light%-bosh%-stemcell%-3586%.1%-softlayer%-xen%-ubuntu%-trusty%-go_agent%.tgz)\n"
    local sum = assert(io.popen(("sha1sum '%s'"):format(path))):read(40)
    assert.equal(sum, told.stdout:match "\nsha1 (%x+)\n")
    return assert(io.popen(("tar xzOf '%s' stemcell.MF"):format(path))):read "a", path
  end

  it("names the image with its uuid and datacenter", function()
    local uuid = w.sim:api(IMAGE .. "/380214/getObject", "globalIdentifier").globalIdentifier
    for _, words in ipairs { { "image=380214" }, { "uuid=" .. uuid }, { "380214", "uuid=" .. uuid:upper() } } do
      local told = run(table.unpack(words))
      assert.equal(0, told.status, told.stderr)
      local manifest, path = manifest_of(told)
      for _, line in ipairs { "virtual-disk-image-id: 380214", 'virtual-disk-image-uuid: "' .. uuid .. '"',
        'datacenter-name: "ams01"', 'infrastructure: "softlayer"', "api_version: 3" } do
        assert.truthy(manifest:find(line .. "\n", 1, true), manifest)
      end
      os.remove(path)
    end
  end)

  it("finds a public image by its uuid", function()
    local uuid = w.sim:api(IMAGE .. "/1025/getObject", "globalIdentifier").globalIdentifier
    local told = run("uuid=" .. uuid, "datacenter=lon02", "infrastructure=bluemix", "api_version=2", "os_code=UBUNTU_18_64")
    assert.equal(0, told.status, told.stderr)
    local manifest = manifest_of(told)
    for _, line in ipairs { "virtual-disk-image-id: 1025", 'datacenter-name: "lon02"', 'infrastructure: "bluemix"',
      "api_version: 2", 'os-code: "UBUNTU_18_64"' } do
      assert.truthy(manifest:find(line .. "\n", 1, true), manifest)
    end
  end)

  it("refuses what no VM could be made of, and writes nothing then", function()
    local function refused(told, ...)
      local process = run(...)
      assert.equal(1, process.status)
      assert.truthy(process.stderr:find(told, 1, true), process.stderr)
    end
    refused("name the image: image=12345678 or uuid=")
    refused("stemcell 5 not found", "image=5")
    refused("there is no image with the uuid abc", "uuid=abc")
    refused("has another uuid", "image=380214", "uuid=abc")
    refused("it has no copy in dal13, but in ams01", "image=380214", "datacenter=dal13")
    local child = w.sim:api(IMAGE .. "/380214/getObject", "children.id").children[1].id
    refused("it is one copy of image 380214: name that", ("image=%d"):format(child))
    local function import(suffix) return ("image=%d"):format(stemcells.begin_import(w.sim, suffix)) end
    w.sim:ask("POST", "speed", { speed = 0 })
    local vhd, iso = import "vhd", import "iso"
    refused("it is not complete: CLOUD_TEMPLATE_TRANSFER", vhd)
    w.sim:ask("POST", "advance", { seconds = 1000 })
    refused("it is a CD", iso)
    assert.equal(0, run(vhd).status)
    os.execute(("rm '%s'/*.tgz"):format(w.at.path))
    for _, path in ipairs(folder.files(w.at.path)) do assert.is_nil(path:find "%.tgz$") end
  end)

  it("does not write over another file", function()
    assert.equal(0, run("image=380214").status)
    assert.equal(0, run("image=380214").status)
    local process = run("image=879741")
    assert.equal(1, process.status)
    assert.truthy(process.stderr:find("is there already, with other content", 1, true))
    assert.equal(380214, math.tointeger(tonumber(manifest_of(run("image=380214")):match "image%-id: (%d+)")))
  end)
end)
