--- The names at the prompt: what scripts have, SoftLayer, the CPI's scripts, and every library by its own name.

local builtins = require "builtins"
local errors = require "errors"
local json = require "core.json"
local log = require "core.log"
local scripts = require "repl.scripts"

local environment = {}

-- Libraries that can be typed without `require`, those that are asked first in front.
local FOLDERS = { "softlayer/", "bosh/", "" }

local function has(core, name)
  return core.source(("lualib/%s.lua"):format(name)) ~= nil
end

--- The module of a library's short name: "virtual_guest" is softlayer.virtual_guest.
---@param core table
---@param name string
---@return string?
function environment.library(core, name)
  if not name:find "^%l[%w_]*$" then return nil end
  for _, folder in ipairs(FOLDERS) do
    if has(core, folder .. name) then return (folder:gsub("/", ".")) .. name end
  end
end

--- The short names of all libraries, sorted.
---@param core table
---@return string[]
function environment.libraries(core)
  local names, seen = {}, {}
  local function note(file)
    local name = file:match "^lualib/softlayer/([%w_]+)%.lua$" or file:match "^lualib/bosh/([%w_]+)%.lua$"
      or file:match "^lualib/([%w_]+)%.lua$"
    if name and not seen[name] then seen[name], names[#names + 1] = true, name end
  end
  for _, file in ipairs(core.builtin()) do note(file) end
  for _, file in ipairs(require "sources".overlaid(core)) do note(file.name) end
  table.sort(names)
  return names
end

local function printer(repl)
  return function(...)
    local texts = table.pack(...)
    for i = 1, texts.n do texts[i] = tostring(texts[i]) end
    repl.core.print(log.redact(table.concat(texts, "\t")) .. "\n")
  end
end

-- What stops a line is no error that the line may catch.
local function stopping(protected)
  return function(...)
    local results = table.pack(protected(...))
    if not results[1] and errors.is(results[2]) and (results[2].kind == "interrupted" or results[2].stopped) then
      error(results[2], 0)
    end
    return table.unpack(results, 1, results.n)
  end
end

--- The table that what is typed reads and writes.
---@param repl Repl
---@return table environment
---@return table base what it has besides its own names
function environment.open(repl)
  local base = builtins.of(repl.run).script
  base.print = printer(repl)
  base.json, base.undo, base.errors = json, require "undo", errors
  base.null, base.pcall, base.xpcall = json.null, stopping(pcall), stopping(xpcall)
  base.cpi, base.workflows = scripts.table(repl, ""), scripts.table(repl, "workflows/")
  function base.writes(on) repl:set_writes(on) end
  local inner = getmetatable(base).__index
  local function lookup(_, name)
    if name == "sl" then return require "softlayer" end -- after a :reload another one
    local value = rawget(base, name)
    if value == nil then value = inner[name] end
    if value ~= nil or type(name) ~= "string" then return value end
    local library = environment.library(repl.core, name)
    return library and require(library)
  end
  return setmetatable({}, { __index = lookup }), base
end

return environment
