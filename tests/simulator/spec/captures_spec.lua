-- Images made of guests: both are busy meanwhile, the image is what the guest was, and its guests tell where they come from.
local eventually = require "support.eventually"
local folder = require "support.folder"
local json   = require "core.json"
local wire   = require "support.wire"

local GUEST = "SoftLayer_Virtual_Guest"
local IMAGE = "SoftLayer_Virtual_Guest_Block_Device_Template_Group"

describe("a capture", function()
  local w, id, disk
  before_each(function()
    w = wire.open()
    id = w:guest { blockDevices = { { device = "0", diskImage = { capacity = 25 } }, { device = "2", diskImage = { capacity = 100 } } },
      supplementalCreateObjectOptions = { bootMode = "PV" } }
    for _, device in ipairs(w:get(("%s/%d/getBlockDevices"):format(GUEST, id), "mask[id,device]")) do
      if device.device == "0" then disk = device end
    end
  end)
  after_each(function() w:close() end)

  local function on(object, method, ...)
    return w:get(("%s/%d/%s"):format(GUEST, object, method), nil, { parameters = { ... } })
  end
  local function image(name)
    for _, group in ipairs(w:get("SoftLayer_Account/getBlockDeviceTemplateGroups", "mask[id,parentId,name,flexImageFlag,transaction,"
      .. "imageType.keyName,childrenCount,blockDevices[device,diskImage.capacity]]")) do
      if group.name == name and group.parentId == json.null then return group end -- its copies have its name
    end
  end
  local function busy() return w:get(("%s/%d"):format(GUEST, id), "mask[activeTransaction]").activeTransaction ~= nil end

  -- what begins it
  local ways = {
    { "captureImage", function() return on(id, "captureImage", { name = "copy", summary = "s", description = "d" }) end, true,
      "DISK_CAPTURE" },
    { "createArchiveTransaction", function() return on(id, "createArchiveTransaction", "copy", json.array { { id = disk.id } }, "n") end,
      false, "SYSTEM" },
    { "createArchiveTemplate", function() return on(id, "createArchiveTemplate", "copy", json.array { { device = "0" } }, "n") end,
      false, "SYSTEM" },
  }
  for _, way in ipairs(ways) do
    it(("by %s keeps guest and image busy until the image is there"):format(way[1]), function()
      way[2]()
      local begun = image "copy"
      assert.is_true(busy())
      assert.is_not_nil(begun.transaction)
      assert.equal(0, begun.childrenCount)
      local _, code = w:refusal("POST", ("%s/%d/captureImage"):format(GUEST, id), { parameters = { { name = "again" } } })
      assert.equal("Public", code)
      w:advance(301)
      local done = image "copy"
      assert.is_false(busy())
      assert.same({ nil, 1, way[3], way[4] }, { done.transaction, done.childrenCount, done.flexImageFlag, done.imageType.keyName })
      assert.same({ { device = "0", diskImage = { capacity = 25 } } }, done.blockDevices)
      assert.equal("PV", w:get(("%s/%d/getBootMode"):format(IMAGE, done.id)))
    end)
  end

  it("of several disks has each of them", function()
    on(id, "createArchiveTransaction", "copy", json.array { { device = "2" }, { device = "0" } })
    w:advance(301)
    assert.same({ { device = "0", diskImage = { capacity = 25 } }, { device = "2", diskImage = { capacity = 100 } } },
      image "copy".blockDevices)
  end)

  it("takes disks only, the guest's own, and at least one", function()
    for _, devices in ipairs { { { device = "1" } }, { { device = "3" } }, { { id = disk.id }, { device = "1" } }, { { id = 5 } }, {} } do
      assert.equal("InvalidValue", select(2, w:refusal("POST", ("%s/%d/createArchiveTransaction"):format(GUEST, id),
        { parameters = { "copy", json.array(devices) } })))
    end
    assert.is_nil(image "copy")
  end)
end)

describe("a guest of a captured image", function()
  it("tells its boot hook what it is made of", function()
    local at = folder.open()
    local seen = at.path .. "/seen"
    local w = wire.open { ("--boot-hook=echo $SLSIM_EVENT $SLSIM_GUEST_ID $SLSIM_OS $SLSIM_IMAGE_ID $SLSIM_IMAGE_GUEST >>%s"):format(seen) }
    local source = w:guest()
    w:get(("%s/%d/captureImage"):format(GUEST, source), nil, { parameters = { { name = "copy" } } })
    w:advance(301)
    local image
    for _, entry in ipairs(w.sim:inventory().images) do
      if entry.name == "copy" then image = entry end
    end
    assert.equal(source, image.guest)
    local group = w:get(("%s/%d"):format(IMAGE, image.id), "mask[globalIdentifier]")
    local id = w:guest { operatingSystemReferenceCode = false,
      blockDeviceTemplateGroup = { globalIdentifier = group.globalIdentifier } }
    local wanted = ("boot %d UBUNTU_LATEST_64 %d %d\n"):format(id, image.id, source)
    eventually("the boot hook", function() return folder.read(seen):find(wanted, 1, true) end)
    w:close()
    at:close()
  end)
end)
