-- Archives that are written here are read by tar and gzip, and the other way round.
local disk_image = require "disk_image"
local fake = require "lualib.fake"
local gzip = require "archive.gzip"
local property = require "lualib.property"
local source = require "archive.source"
local tar = require "archive.tar"

local function output(command)
  local pipe = assert(io.popen(command .. " 2>&1"))
  local text = pipe:read "a"
  return text, pipe:close()
end

describe("an archive", function()
  local dir, remove
  before_each(function() dir, remove = fake.directory() end)
  after_each(function() remove() end)

  it("is what gzip unpacks", function()
    property.holds(30, function()
      local text = property.text(0, property.pick { 3, 3000, 200000 })
      fake.spill(dir .. "/a.gz", gzip.pack(text))
      local unpacked, ok = output(("gzip -dc '%s/a.gz'"):format(dir))
      assert.is_true(ok)
      assert.is_true(unpacked == text)
    end)
  end)

  it("is what tar lists and unpacks", function()
    property.holds(20, function()
      local files, names = {}, {}
      for i = 1, math.random(0, 4) do
        files[i] = { name = ("file-%d.%s"):format(i, property.text(1, 80, "abcxyz._-")), text = property.text(0, 1600) }
        names[i] = files[i].name .. "\n"
      end
      fake.spill(dir .. "/a.tgz", gzip.pack(tar.pack(files)))
      local listed, ok = output(("tar tzf '%s/a.tgz'"):format(dir))
      assert.is_true(ok)
      assert.equal(table.concat(names), listed)
      for _, file in ipairs(files) do
        local unpacked = output(("tar xzOf '%s/a.tgz' '%s'"):format(dir, file.name))
        assert.is_true(unpacked == file.text)
      end
    end)
  end)
end)

local function everything(from)
  local parts = {}
  while true do
    local bytes, err = from:read(math.random(1, 300000))
    if not bytes then return nil, err end
    if bytes == "" then return table.concat(parts) end
    parts[#parts + 1] = bytes
  end
end

describe("an archive of tar", function()
  local dir, remove
  before_each(function() dir, remove = fake.directory() end)
  after_each(function() remove() end)

  for _, format in ipairs { "gnu", "ustar", "pax" } do
    it(("of the format %s is searched"):format(format), function()
      property.holds(6, function()
        local wanted, names = math.random(3), {}
        for i = 1, 3 do
          local long = format ~= "ustar" and ("x"):rep(math.random(0, 200)) or ("x"):rep(math.random(0, 60))
          names[i] = ("%s-%d.bin"):format(long, i)
          fake.spill(("%s/%s"):format(dir, names[i]), property.text(0, property.pick { 10, 2000, 600000 }))
        end
        local list = "'./" .. table.concat(names, "' './") .. "'"
        assert(os.execute(("cd '%s' && tar --format=%s -cf a.tar %s"):format(dir, format, list)))
        local content, member = tar.find(source.file(dir .. "/a.tar"), function(entry) return entry.name == names[wanted] end)
        assert.equal(names[wanted], member.name)
        local expected = fake.slurp(("%s/%s"):format(dir, names[wanted]))
        assert.is_true(everything(content) == expected)
        local none, err = tar.find(source.file(dir .. "/a.tar"), function() return false end)
        assert.same({ nil, nil }, { none, err })
        os.execute(("rm -f '%s'/*"):format(dir))
      end)
    end)
  end

  it("that is damaged in a header, or cut off, is an error", function()
    local whole = tar.pack { { name = "a", text = ("a"):rep(700) }, { name = "image", text = ("b"):rep(700) } }
    local function find(text)
      fake.spill(dir .. "/a.tar", text)
      local content, err = tar.find(source.file(dir .. "/a.tar"), function(member) return member.name == "image" end)
      if not content then return nil, err end
      return everything(content)
    end
    assert.equal(("b"):rep(700), find(whole))
    for cut = 1, 512 + 1024 + 512 + 699, 7 do
      local text, err = find(whole:sub(1, cut))
      assert.is_nil(text)
      assert.is_true(err ~= nil or cut == 512 + 1024, cut)
    end
    for at = 1, 500 do
      if whole:byte(at) ~= 0 and at ~= 156 then -- the checksum's last byte says nothing
        local text = find(whole:sub(1, at - 1) .. string.char(whole:byte(at) ~ 4) .. whole:sub(at + 1))
        assert.is_nil(text, at)
      end
    end
  end)
end)

describe("a stemcell's disk", function()
  local dir, remove, raw
  setup(function()
    dir, remove = fake.directory()
    raw = property.text(510, 510) .. "\x55\xaa" .. property.text(70000, 70000) .. ("\0"):rep(1 << 20)
    raw = raw .. ("z"):rep(-#raw % 512)
    fake.spill(dir .. "/disk.raw", raw)
    local function run(command) assert(os.execute(("cd '%s' && { %s; } >/dev/null 2>&1"):format(dir, command))) end
    run "cp disk.raw root.img; gzip -nc disk.raw >image; printf 'a: 1\\n' >stemcell.MF; tar czf stemcell.tgz image stemcell.MF"
    run "tar czf image root.img; tar czf with-tar.tgz stemcell.MF image; printf x >packages.txt; tar czf none.tgz packages.txt"
    run ": >image; tar czf light.tgz stemcell.MF image; gzip -nc disk.raw >disk.raw.gz"
  end)
  teardown(function() remove() end)

  -- The disk in what comes out, which is a fixed VHD.
  local function disk_of(name)
    local from, err = disk_image.open(dir .. "/" .. name)
    if not from then return nil, err end
    local vhd
    vhd, err = everything(from)
    if not vhd then return nil, err end
    assert.equal("conectix", vhd:sub(-512, -505))
    return vhd:sub(1, -513)
  end

  for _, name in ipairs { "disk.raw", "disk.raw.gz", "root.img", "stemcell.tgz", "with-tar.tgz" } do
    it("is found in " .. name, function() assert.is_true(assert(disk_of(name)) == raw) end)
  end

  it("has a footer that qemu-img reads, if there is one here", function()
    if not os.execute "command -v qemu-img >/dev/null" then return pending "there is no qemu-img" end
    local file = assert(io.open(dir .. "/out.vhd", "wb"))
    file:write((assert(everything(disk_image.open(dir .. "/disk.raw")))))
    file:close()
    local told = output(("cd '%s' && qemu-img compare -f raw -F vpc disk.raw out.vhd; qemu-img info -f vpc out.vhd"):format(dir))
    assert.truthy(told:find("Images are identical.", 1, true), told)
    assert.truthy(told:find(("(%d bytes)"):format(#raw), 1, true), told)
  end)

  it("keeps its footer when it is a fixed VHD, and is the same bytes each time", function()
    local once = assert(everything(disk_image.open(dir .. "/disk.raw")))
    fake.spill(dir .. "/fixed.vhd", once)
    assert.is_true(once == everything(disk_image.open(dir .. "/fixed.vhd")))
    assert.is_true(once == everything(disk_image.open(dir .. "/disk.raw")))
  end)

  it("passes as it is when it is a dynamic VHD, up to the size that SoftLayer takes", function()
    local function head(size) return string.pack(">c8c40I8c456", "conectix", "", size, "") .. ("d"):rep(3000) end
    fake.spill(dir .. "/dynamic.vhd", head(99 * 10 ^ 9 // 1 | 0))
    assert.is_true(fake.slurp(dir .. "/dynamic.vhd") == everything(disk_image.open(dir .. "/dynamic.vhd")))
    fake.spill(dir .. "/dynamic.vhd", head(101 * 10 ^ 9 // 1 | 0))
    local _, err = disk_image.open(dir .. "/dynamic.vhd")
    assert.matches("a disk of 101 GB; SoftLayer imports at most 100 GB", err.message)
  end)

  it("of another form is an error that names the conversion", function()
    for bytes, told in pairs { ["KDMV" .. ("\0"):rep(600)] = "a VMware disk", ["QFI\xfb\0\0"] = "a qcow2 disk",
      ["<?xml version=..."] = "an OVF description", [("x"):rep(600)] = "neither a VHD nor a disk with a boot sector" } do
      for _, pack in ipairs { function(text) return text end, gzip.pack } do
        fake.spill(dir .. "/odd", pack(bytes))
        local from, err = disk_image.open(dir .. "/odd")
        assert.is_nil(from)
        assert.truthy(err.message:find(told, 1, true), err.message)
        assert.truthy(err.message:find("qemu-img convert -O vpc", 1, true), err.message)
      end
    end
    fake.spill(dir .. "/odd", gzip.pack(tar.pack { { name = "image.ovf", text = "x" } }))
    assert.matches("an OVF description, image.ovf", select(2, disk_image.open(dir .. "/odd")).message)
  end)

  it("that is missing, empty or packed without end is an error", function()
    assert.matches("neither an 'image' nor", select(2, disk_image.open(dir .. "/none.tgz")).message)
    assert.matches("a light stemcell", select(2, disk_image.open(dir .. "/light.tgz")).message)
    assert.matches("No such file", select(2, disk_image.open(dir .. "/nothing")).message)
    local bomb = "x"
    for _ = 1, 9 do bomb = gzip.pack(bomb) end
    fake.spill(dir .. "/odd", bomb)
    assert.matches("packed too often", select(2, disk_image.open(dir .. "/odd")).message)
  end)

  it("that is damaged behind the disk, or cut off, is an error at the end", function()
    for _, name in ipairs { "with-tar.tgz", "disk.raw.gz" } do
      local whole = fake.slurp(dir .. "/" .. name)
      for cut = 20, #whole - 1, #whole // 40 do
        fake.spill(dir .. "/cut", whole:sub(1, cut))
        assert.is_nil((disk_of "cut"), cut)
      end
    end
    local whole = fake.slurp(dir .. "/disk.raw.gz")
    fake.spill(dir .. "/odd.gz", whole:sub(1, -6) .. string.char(whole:byte(-5) ~ 1) .. whole:sub(-4))
    local _, err = disk_of "odd.gz"
    assert.matches("cannot be unpacked: incorrect data check", err.message)
  end)
end)
