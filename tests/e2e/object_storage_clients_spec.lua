-- The clients that operators have, s3cmd and swift, against slsim: what they upload the API imports.
local folder  = require "support.folder"
local objects = require "support.objects"
local wire    = require "support.wire"

local IMAGE = "SoftLayer_Virtual_Guest_Block_Device_Template_Group"
local SIZE = 11 << 20

local function installed(program) return os.execute("command -v " .. program .. " >/dev/null") == true end

describe("slsim's object storage", function()
  local w, at, big
  before_each(function()
    w = wire.open()
    at = folder.open()
    local disk = objects.vhd(12)
    big = at:write("disk.vhd", disk:sub(1, 1536) .. ("block "):rep(SIZE // 6) .. disk:sub(-512))
  end)
  after_each(function()
    w:close()
    at:close()
  end)

  -- Runs a command and returns what it says; it must end well unless `fails`.
  local function shell(command, fails)
    local pipe = assert(io.popen(("cd %s && %s 2>&1"):format(folder.quoted(at.path), command)))
    local text = pipe:read "a"
    assert((pipe:close() == true) == not fails, command .. "\n" .. text)
    return text
  end

  local function is_same(name) return folder.read(at.path .. "/" .. name) == folder.read(big) end

  local function imported(method, fields)
    fields.name, fields.operatingSystemReferenceCode = "new", "UBUNTU_LATEST_64"
    local id = w:get(("%s/%s"):format(IMAGE, method), nil, { parameters = { fields } }).id
    w:advance(1000)
    return w:get(("%s/%d"):format(IMAGE, id), "mask[childrenCount,blockDevices.diskImage.capacity]")
  end

  it("is used by s3cmd", function()
    if not installed "s3cmd" then return pending "s3cmd is not installed" end
    local host = w.sim.cos:match("//(.+)$")
    local config = at:write("s3cfg", ("[default]\naccess_key = sim-access-key\nsecret_key = %s\nhost_base = %s\n"
      .. "host_bucket = %s\nuse_https = False\nsignature_v2 = False\n"):format("sim-secret-key", host, host))
    local function s3cmd(words, fails) return shell("s3cmd --no-progress -c " .. config .. " " .. words, fails) end
    s3cmd "put --multipart-chunk-size-mb=5 disk.vhd s3://stemcells/a/disk.vhd"
    assert.equal(3, #w.sim:journal "uploadPart")
    assert.is_not_nil(s3cmd("ls s3://stemcells/a/"):find("s3://stemcells/a/disk.vhd", 1, true))
    s3cmd "get s3://stemcells/a/disk.vhd back.vhd"
    assert.is_true(is_same "back.vhd")
    local image = imported("createFromIcos", { uri = "cos://us-south/stemcells/a/disk.vhd", ibmApiKey = "sim-iam-key" })
    assert.same({ 1, 12 }, { image.childrenCount, image.blockDevices[1].diskImage.capacity })
    s3cmd "del s3://stemcells/a/disk.vhd"
    s3cmd("get s3://stemcells/a/disk.vhd gone.vhd", true)
    assert.same({}, w.sim:inventory().objects)
    at:write("s3cfg", folder.read(config):gsub("sim%-secret%-key", "wrong"))
    assert.is_not_nil(s3cmd("ls s3://stemcells", true):find("403 (SignatureDoesNotMatch)", 1, true))
  end)

  it("is used by swift", function()
    if not installed "swift" then return pending "python3-swiftclient is not installed" end
    local function swift(words, fails, key)
      return shell(("swift -A %s -U SLOS278444-1:sim -K %s %s"):format(w.sim.swift, key or "sim-api-key", words), fails)
    end
    swift "upload --segment-size 5242880 box disk.vhd"
    assert.is_not_nil(swift("list box"):find("disk.vhd", 1, true))
    assert.equal(3, select(2, swift("list box_segments"):gsub("\n", "")))
    swift "download box disk.vhd -o back.vhd"
    assert.is_true(is_same "back.vhd")
    local image = imported("createFromExternalSource", { uri = "swift://SLOS278444-1@dal05/box/disk.vhd" })
    assert.same({ 1, 12 }, { image.childrenCount, image.blockDevices[1].diskImage.capacity })
    swift "delete box disk.vhd"
    assert.same({}, w.sim:inventory().objects)
    assert.is_not_nil(swift("list", true, "wrong"):find("401 Unauthorized", 1, true))
  end)
end)
