--- The shape of an answer: which keys it has and of which kinds their values are, whatever the values.
--
-- A shape is text, one line for a path, sorted: "[].notes null string" says that each element has the
-- key `notes`, null in some and a string in others; "[].billingItem? object" that some lack the key.

local json = require "core.json"

local shape = {}

local function kind_of(value)
  if value == nil or value == json.null then return "null" end
  if type(value) == "table" then return json.is_array(value) and "list" or "object" end
  if type(value) == "string" and value:find("^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d") then return "date" end
  return math.type(value) or type(value)
end

local function note(seen, path, kind)
  local entry = seen[path] or { kinds = {}, times = 0 }
  entry.kinds[kind], entry.times = true, entry.times + 1
  seen[path] = entry
end

local function walk(seen, path, value)
  local kind = kind_of(value)
  note(seen, path, kind)
  if kind == "list" then
    for _, element in ipairs(value) do walk(seen, path .. "[]", element) end
  elseif kind == "object" then
    for name, member in pairs(value) do walk(seen, (path == "" and "" or path .. ".") .. name, member) end
  end
end

local function parent_of(path)
  return path:match("^(.*)%[%]$") or path:match("^(.*)%.[^.]*$") or ""
end

local function sorted_keys(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

--- The shape of a decoded answer whose nulls were kept.
---@param value any
---@return string
function shape.of(value)
  local seen, lines = {}, {}
  walk(seen, "", value)
  for i, path in ipairs(sorted_keys(seen)) do
    local entry, parent = seen[path], seen[parent_of(path)]
    local some = path:sub(-2) ~= "[]" and path ~= "" and entry.times < parent.times
    lines[i] = ("%s%s %s"):format(path, some and "?" or "", table.concat(sorted_keys(entry.kinds), " "))
  end
  return table.concat(lines, "\n")
end

local function parse(text)
  local paths = {}
  for line in text:gmatch("[^\n]+") do
    local path, some, kinds = line:match("^([^ ?]*)(%??) (.+)$")
    local entry = { some = some == "?", kinds = {} }
    for kind in kinds:gmatch("%S+") do entry.kinds[kind] = true end
    paths[path] = entry
  end
  return paths
end

-- An object of this path was seen on both sides, so its keys can be compared.
local function comparable(path, real, expected)
  local parent = parent_of(path)
  local here, there = real[parent], expected[parent]
  return path ~= "" and here and there and here.kinds.object and there.kinds.object
end

local function other_kinds(real, expected)
  local only_null = next(expected.kinds) == "null" and next(expected.kinds, "null") == nil
  for _, kind in ipairs(sorted_keys(real.kinds)) do
    if kind ~= "null" and not expected.kinds[kind] and not only_null then return kind end
  end
end

local function compare_path(path, real, expected, report)
  local here, there = real[path], expected[path]
  if not there then
    if comparable(path, real, expected) then report("unknown to slsim", path) end
  elseif here and other_kinds(here, there) then
    report(("%s instead of %s"):format(other_kinds(here, there), table.concat(sorted_keys(there.kinds), " or ")), path)
  elseif comparable(path, real, expected) and not there.some then
    if there.kinds.null and (not here or here.some) then report("absent instead of null", path)
    elseif not here then report("missing", path) end
  end
end

--- Compares two shapes.
---@param real string
---@param expected string
---@return table[] differences { what =, path = } each
function shape.differences(real, expected)
  real, expected = parse(real), parse(expected)
  local all, found = {}, {}
  for _, paths in ipairs { real, expected } do
    for path in pairs(paths) do all[path] = true end
  end
  for _, path in ipairs(sorted_keys(all)) do
    compare_path(path, real, expected, function(what, where) found[#found + 1] = { what = what, path = where } end)
  end
  return found
end

return shape
