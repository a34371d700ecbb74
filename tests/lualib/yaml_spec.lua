-- The subset of YAML is read as Ruby reads it, or refused.
local json = require "core.json"
local property = require "lualib.property"
local yaml = require "yaml"

local RUBY = [[require "yaml"; require "json"; puts YAML.load(STDIN.read).to_json]]

local function by_ruby(text)
  local path = os.tmpname()
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
  local pipe = assert(io.popen(("ruby -e '%s' <'%s'"):format(RUBY, path)))
  local told = pipe:read "a"
  pipe:close()
  os.remove(path)
  return json.decode(told)
end

local MANIFEST = [[
---
name: bosh-softlayer-esxi-ubuntu-jammy-go_agent
version: '1.204'  # quoted
api_version: 3
bosh_protocol: 1
sha1: 5ed59c3e6ec7aa4cd2d8ba6ccda3c8ef01c4ff1a
operating_system: "ubuntu-jammy"
stemcell_formats:
- softlayer-ovf
cloud_properties:
  name: bosh # the # in a#b is none
  odd: a#b
  infrastructure: softlayer
  disk: 25600
  flag: true
  share: 0.5
  list:
    - one
    - 'two # 2'
  empty: []
  inner:
    deep: "a \"quoted\" text"
    flow: [a, 5]
  root_device_name: /dev/sda1

# the end
]]

describe("a manifest", function()
  it("is read as Ruby reads it", function()
    assert.same(by_ruby(MANIFEST), yaml.parse(MANIFEST))
    assert.equal("1.204", yaml.parse(MANIFEST).version)
  end)

  it("of any such shape is read as Ruby reads it", function()
    local WORDS = { "a", "ubuntu-jammy", "'1.10'", '"x y"', "5", "-3", "1.5", "true", "/dev/xvda", "a:b", "'it''s'" }
    local function write(out, depth, indent)
      for i = 1, math.random(1, 4) do
        local key = ("%skey-%d: "):format(indent, i)
        local kind = math.random(depth > 2 and 1 or 3)
        if kind == 1 then
          out[#out + 1] = key .. property.pick(WORDS)
        elseif kind == 2 then
          out[#out + 1] = key
          for _ = 1, math.random(1, 3) do out[#out + 1] = indent .. property.pick { "- ", "- " } .. property.pick(WORDS) end
        else
          out[#out + 1] = key
          write(out, depth + 1, indent .. property.pick { " ", "  ", "    " })
        end
      end
      return out
    end
    property.holds(15, function()
      local text = table.concat(write({ "---" }, 1, ""), "\n") .. "\n"
      assert.same(by_ruby(text), yaml.parse(text), text)
    end)
  end)

  for text, complaint in pairs {
    ["a: &x 1"] = "line 1: values that begin with '&'", ["a: |\n  x"] = "line 1: values that begin with '|'",
    ["a: 1\n  b: 2"] = "line 2: the indentation", ["a:\n  - b: 1"] = "line 2: lists of scalars only",
    ["a: 1\na: 2"] = "line 2: 'a' is there twice", ["what"] = "line 1: 'key: value' is expected",
    ['a: "b'] = "line 1: a quoted text does not end", ["a: {b: 1}"] = "line 1: only [a, b]", ["a:\n\tb: 1"] = "line 2:",
    ["a: 1\n---\nb: 2"] = "line 2: ", ['a: "\\x41"'] = "line 1: the escape \\x",
  } do
    it("is refused: " .. text:gsub("\n", "\\n"), function()
      local map, message = yaml.parse(text)
      assert.is_nil(map)
      assert.truthy(message:find(complaint, 1, true), message)
    end)
  end
end)
