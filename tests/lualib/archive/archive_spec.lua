-- Archives that are written here are read by tar and gzip.
local fake = require "lualib.fake"
local gzip = require "archive.gzip"
local property = require "lualib.property"
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
