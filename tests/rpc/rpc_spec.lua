-- NAME.request.json, given to slcpi byte for byte, must be answered by NAME.answer.json. NAME.config
-- replaces the usual configuration. In a text of an answer "…" stands for any characters.
local folder = require "support.folder"
local json = require "core.json"
local world = require "support.world"

local HERE = "tests/rpc"

local function pattern_of(text)
  return "^" .. text:gsub("[%^%$%(%)%%%.%[%]%*%+%-%?]", "%%%0"):gsub("…", ".*") .. "$"
end

--- Raises with the place where the value is not as expected.
local function compare(expected, value, place)
  if type(expected) == "string" and type(value) == "string" then
    assert(value:find(pattern_of(expected)), ("%s is '%s', not '%s'"):format(place, value, expected))
  elseif type(expected) == "table" and type(value) == "table" then
    assert(json.is_array(expected) == json.is_array(value), place .. " is no " .. (json.is_array(expected) and "array" or "object"))
    for name, member in pairs(expected) do compare(member, value[name], place .. "." .. name) end
    for name in pairs(value) do assert(expected[name] ~= nil, ("%s has the member %s"):format(place, name)) end
  else
    assert(math.type(expected) == math.type(value) and expected == value,
      ("%s is %s, not %s"):format(place, tostring(value), tostring(expected)))
  end
end

describe("rpc", function()
  local w
  setup(function() w = world.start { offline = true } end)
  teardown(function() w:close() end)

  for _, path in ipairs(folder.files(HERE)) do
    local name = path:match "([^/]+)%.request%.json$"
    if name then
      it("answers " .. name, function()
        local base = HERE .. "/" .. name
        local own = folder.read(base .. ".config")
        local has_own = io.open(base .. ".config") ~= nil
        local answer = w:ask(folder.read(path), { config = has_own and w.at:write(name .. ".json", own) or nil })
        compare(assert(json.decode(folder.read(base .. ".answer.json"))), answer, "the answer")
      end)
    end
  end
end)
