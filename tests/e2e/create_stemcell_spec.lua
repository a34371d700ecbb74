-- create_stemcell of full stemcells, in each version's shape, killed and repeated; and what delete_stemcell takes away.
local eventually = require "support.eventually"
local folder = require "support.folder"
local json = require "core.json"
local requests = require "support.requests"
local stemcells = require "support.stemcells"
local world = require "support.world"

local IMAGE = "SoftLayer_Virtual_Guest_Block_Device_Template_Group"
local PROPERTIES = { name = "bosh-softlayer-xen-ubuntu-focal-go_agent", version = "1.5", infrastructure = "softlayer",
  disk = 21, ["os-code"] = "UBUNTU_20_64" }

describe("create_stemcell of a full stemcell", function()
  local w, at, path
  setup(function()
    at = folder.open()
    path = stemcells.write(at)
  end)
  teardown(function() at:close() end)
  before_each(function()
    w = world.start { speed = 2500 }
    w:configure { cloud = { properties = { softlayer = stemcells.storages(w.sim)["COS with HMAC"] } } }
  end)
  after_each(function() w:close() end)

  local function request(version, ...)
    local made = requests.of("create_stemcell", path .. "/image", PROPERTIES, ...)
    made.api_version = version
    return made
  end

  local function ids()
    local list = {}
    for i, image in ipairs(stemcells.images(w.sim)) do list[i] = ("%d"):format(image.id) end
    return list
  end

  local function delete(cid) return w:result(requests.of("delete_stemcell", cid)) end

  for version = 1, 3 do
    it(("imports its disk and deletes it again, version %d"):format(version), function()
      local cid = w:result(request(version, version == 3 and { tags = { owner = "site", stage = "x" } } or nil))
      assert.same({ cid }, ids())
      assert.same({}, stemcells.leftovers(w.sim))
      local made = w.sim:api(("%s/%s/getObject"):format(IMAGE, cid), "note,children.id,tagReferences.tag.name")
      assert.matches("^create_stemcell by slcpi for director .+ %[%w+%]$", made.note)
      local tags = {}
      for i, reference in ipairs(made.tagReferences) do tags[i] = reference.tag.name end
      table.sort(tags)
      assert.same(version == 3 and { "owner:site", "stage:x" } or {}, tags)
      assert.equal("DONE", w:records()[1].stage)
      for _ = 1, 2 do assert.equal(json.null, delete(cid)) end
      assert.same({}, ids())
      assert.same({}, w:records())
    end)
  end

  for rule, uploads in pairs { ["COS.uploadPart nth=2 do=hang executed"] = 3, ["COS.completeMultipartUpload do=hang"] = 3,
    ["*.createFromIcos do=hang executed"] = 3, ["Virtual_Guest_Block_Device_Template_Group.getObject nth=3 do=hang"] = 3 } do
    it("goes on after a kill at " .. rule, function()
      w.sim:fault(rule)
      local process = w:begin(request(2))
      eventually("the call that hangs", function() return w.sim:ask("GET", "faults")[1].fired > 0 end)
      process:signal "KILL"
      process:finish()
      w.sim:heal()
      local cid = w:result(request(2))
      assert.same({ cid }, ids())
      assert.same({}, stemcells.leftovers(w.sim))
      assert.equal(uploads, #w.sim:journal "uploadPart")
      assert.equal(1, #w.sim:journal "createFromIcos")
    end)
  end

  it("answers again with the first image when the answer was not taken", function()
    w:begin(request(2), { wrap = { "bash", "-c", '"$@" | true', "bash" } }):finish()
    local first = ids()
    assert.equal(1, #first)
    assert.equal(first[1], w:result(request(2)))
    assert.not_equal(first[1], w:result(request(2))) -- upload-stemcell --fix
    assert.equal(2, #ids())
  end)

  it("leaves nothing when it fails", function()
    w.sim:fault "*.createFromIcos do=stuck"
    local err = w:failure(request(2))
    assert.equal("Bosh::Clouds::CloudError", err.type)
    assert.truthy(err.message:find("ended without a copy", 1, true))
    assert.same({}, ids())
    assert.same({}, stemcells.leftovers(w.sim))
  end)

  it("needs an object storage, and a disk that is one", function()
    local err = w:failure(requests.of("create_stemcell", path .. "/stemcell.MF", PROPERTIES))
    assert.truthy(err.message:find("qemu-img convert", 1, true), err.message)
    assert.same({}, stemcells.leftovers(w.sim))
    assert.equal("Bosh::Clouds::NotSupported", w:failure(requests.of("create_stemcell", path .. "/none", PROPERTIES)).type)
    w:configure()
    err = w:failure(request(2))
    assert.truthy(err.message:find("set softlayer.cos_bucket, cos_region and cos_api_key", 1, true), err.message)
  end)

  it("is planned without sending anything", function()
    w.sim:ask("DELETE", "journal")
    w.at:write("request.json", json.encode(request(2)))
    local run = w:command { "plan", w.at.path .. "/request.json" }
    assert.truthy(run.stdout:find("would send .-createFromIcos"), run.stdout .. run.stderr)
    assert.is_nil(run.stdout:find("sim-iam-key", 1, true))
    for _, call in ipairs(w.sim:journal()) do assert.not_equal("COS", call.service) end
  end)

  describe("is kept by delete_stemcell", function()
    local function is_kept(cid)
      delete(cid)
      assert.truthy(w.sim:api(("%s/%s/getObject"):format(IMAGE, cid), "id").id)
    end

    it("when it is light, public or another client's", function()
      for _, cid in ipairs { "380214", "1025" } do is_kept(cid) end
      local note = w.sim:api(IMAGE .. "/380214/getObject", "note").note
      w.sim:api(IMAGE .. "/380214/editObject", nil, { { note = note .. " create_stemcell by slcpi for director d [x]" } })
      is_kept "380214"
    end)

    it("when import_stemcell made it", function()
      local run = w:command { "run", "import_stemcell", path .. "/stemcell.tgz", "folder=" .. w.at.path }
      assert.equal(0, run.status, run.stderr)
      is_kept(ids()[1])
    end)

    it("when another director's create_stemcell made it", function()
      local theirs = request(2)
      theirs.context = { director_uuid = "another" }
      is_kept(w:result(theirs))
    end)
  end)

  it("is not called gone by delete_stemcell for a user who might not see it", function()
    local cid = w:result(request(2))
    w:configure { cloud = { properties = { softlayer = { username = "limited", api_key = "limited-api-key" } } } }
    w.sim:fault "*.getObject do=missing"
    assert.truthy(w:failure(requests.of("delete_stemcell", cid)).message:find("proves nothing", 1, true))
    w.sim:heal()
    assert.same({ cid }, ids())
  end)
end)

describe("create_stemcell of a light stemcell", function()
  local w
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  local function properties(id, more)
    local made = { infrastructure = "softlayer", ["virtual-disk-image-id"] = id }
    for name, value in pairs(more or {}) do made[name] = value end
    return made
  end

  it("looks at the image and its datacenter", function()
    for _, id in ipairs { 380214, "380214" } do
      assert.equal("380214", w:result(requests.of("create_stemcell", "image", properties(id))))
    end
    assert.equal("380214", w:result(requests.of("create_stemcell", "image",
      properties(380214, { ["datacenter-name"] = "ams01" }))))
    local function failure(...) return w:failure(requests.of("create_stemcell", "image", properties(...))).message end
    assert.truthy(failure(380214, { ["datacenter-name"] = "dal13" }):find("it has no copy in dal13, but in ams01", 1, true))
    assert.truthy(failure(5):find("stemcell 5 not found", 1, true))
    assert.truthy(failure("x"):find("is no image's number: x", 1, true))
  end)

  it("refuses an image that is still imported", function()
    w.sim:ask("POST", "speed", { speed = 0 })
    local message = w:failure(requests.of("create_stemcell", "image", properties(stemcells.begin_import(w.sim, "vhd")))).message
    assert.truthy(message:find("it is not complete: CLOUD_TEMPLATE_TRANSFER", 1, true), message)
  end)
end)
