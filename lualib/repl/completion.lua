--- What could be typed next, and a hint to what is being typed.

local doc = require "repl.doc"
local environment = require "repl.environment"
local scripts = require "repl.scripts"

local completion = {}

local builders = {
  id = "id(number or GUID): the object", mask = 'mask("id,hostname"): which properties the answer has',
  filteredMask = "filteredMask{…}: a mask that the filter holds for, too",
  filter = 'filter{hostname = "web*"}: which objects of a list', limit = "limit(n, offset): a page",
  each = 'each "getVirtualGuests": an iterator over all pages', later = "later(method, …): the call as data, for sl.all",
}

local function keys_of(value, into)
  for key in next, type(value) == "table" and value or {} do
    if type(key) == "string" then into[#into + 1] = key end
  end
  return into
end

local function global_names(repl)
  local names = keys_of(repl.environment, { "sl" })
  keys_of(repl.base, names)
  keys_of(getmetatable(repl.base).__index, names)
  table.move(environment.libraries(repl.core), 1, #environment.libraries(repl.core), #names + 1, names)
  return names
end

-- Members of what a dotted name stands for; nothing is called to find out.
local function members(repl, path)
  local value = rawget(repl.environment, path[1])
  if value == nil then value = rawget(repl.base, path[1]) or getmetatable(repl.base).__index[path[1]] end
  if value == nil then
    local library = environment.library(repl.core, path[1])
    value = library and require(library)
  end
  for i = 2, #path do value = type(value) == "table" and rawget(value, path[i]) or nil end
  return keys_of(value, {})
end

local function names_after(repl, path)
  if #path == 0 then return global_names(repl) end
  if path[1] == "sl" then return #path > 1 and keys_of(builders, {}) or { "all" } end
  if path[1] == "cpi" and #path == 1 then return scripts.names(repl.core, "") end
  if path[1] == "workflows" and #path == 1 then return scripts.names(repl.core, "workflows/") end
  if path[1] == "cpi" and #path == 2 then
    local ok, loaded = pcall(scripts.load, repl, path[2])
    return ok and loaded.steps or {}
  end
  return members(repl, path)
end

-- The line without what stands in quotes and in brackets that are closed, so that a chain of calls reads as one name.
local function outline(text)
  text = text:gsub("\\.", ""):gsub('"[^"]*"', '""'):gsub("'[^']*'", "''")
  return (text:gsub("%b()", ""):gsub("%b{}", ""):gsub("%s*['\"][ '\"]*", ""))
end

local function split(chain)
  local path = {}
  for name in chain:gmatch "[%w_]+" do path[#path + 1] = name end
  return path
end

-- The call that the cursor is inside of: its name in parts.
local function call_around(text)
  local chain = outline(text):match "([%a_][%w_.:]*)%s*[({][^({]*$"
  return chain and split(chain)
end

local function arguments_of(repl, path)
  if not path or path[1] ~= "cpi" or #path ~= 2 then return {} end
  local ok, loaded = pcall(scripts.load, repl, path[2])
  local names = {}
  for i, argument in ipairs(ok and loaded.arguments or {}) do names[i] = argument.name .. " = " end
  return names
end

local function starting(names, prefix)
  local found, seen = {}, {}
  for _, name in ipairs(names) do
    if name:sub(1, #prefix) == prefix and not seen[name] and (prefix ~= "" or not name:find "^_") then
      seen[name], found[#found + 1] = true, name
    end
  end
  table.sort(found)
  return found
end

--- What could stand at the cursor.
---@param repl Repl
---@param text string the line up to the cursor
---@return integer from how many bytes before the cursor begins what the candidates replace
---@return string[] candidates
function completion.of(repl, text)
  local command = text:match "^%s*:(%a*)$"
  if command then return #command, starting(require "repl.commands".names(), command) end
  local prefix = text:match "([%w_]*)$"
  local chain = outline(text):match "([%a_][%w_.:]*)$" or ""
  local path = split((chain:gsub("[%w_]*$", "")))
  local names = names_after(repl, path)
  if #path == 0 and text:find "[{,]%s*[%w_]*$" then
    local arguments = arguments_of(repl, call_around(text))
    if #arguments > 0 then names = arguments end
  end
  return #prefix, starting(names, prefix)
end

--- What the call that is being typed takes.
---@param repl Repl
---@param text string the line up to the cursor
---@return string?
function completion.hint(repl, text)
  local path = call_around(text)
  if not path then return nil end
  if path[1] == "sl" then return builders[path[#path]] end
  if path[1] == "cpi" and #path == 2 then
    local ok, loaded = pcall(scripts.load, repl, path[2])
    return ok and scripts.signature(loaded) or nil
  end
  if path[1] == "cpi" then table.remove(path, 1) end
  return #path == 2 and doc.signature(repl, path[1], path[2]) or nil
end

return completion
