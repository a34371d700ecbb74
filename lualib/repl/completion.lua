--- What could be typed next, and a hint to what is being typed: api.completion over the names of this session.

local doc = require "repl.doc"
local environment = require "repl.environment"
local scripts = require "repl.scripts"
local state_directory = require "state_directory"
local sys = require "core.sys"

local completion = {}

-- A script as api.completion wants it; one that cannot be loaded has nothing to offer.
local function described(repl, name)
  local ok, loaded = pcall(scripts.load, repl, name)
  local entry = { arguments = ok and loaded.arguments or {}, steps = {} }
  for _, step in ipairs(ok and loaded.steps or {}) do entry.steps[step] = doc.parameters(repl, name, step) end
  return entry
end

local function all_scripts(repl)
  local entries = {}
  for _, name in ipairs(scripts.names(repl.core, "")) do entries[name] = described(repl, name) end
  return entries
end

-- The session's globals in one table. A library is loaded when the line goes into it.
local function names_of(repl, line)
  local names, inner = {}, getmetatable(repl.base).__index
  for _, name in ipairs(environment.libraries(repl.core)) do names[name] = true end
  for _, layer in ipairs { inner, repl.base, repl.environment } do
    for name, value in next, layer do names[name] = value end
  end
  local first = line:match "([%a_][%w_]*)[.:][%w_]*[({]?[^({]*$"
  if names[first] == true then names[first] = repl.environment[first] end
  names.sl, names.cpi = repl.environment.sl, nil
  return names
end

--- The API's description: the kept one, or asked for once in a session.
---@param repl Repl
---@return Api?
---@return Error? err
function completion.api(repl)
  if repl.api or repl.api_error or not repl.config then return repl.api, repl.api_error or repl.config_error end
  local metadata = require "api.metadata"
  local api, err = metadata.open(metadata.source(repl.config, state_directory.current(), "slcpi/" .. repl.core.version))
  repl.api, repl.api_error = api, not sys.interrupted() and err or nil
  return api, err
end

local function context_of(repl, line, behind)
  repl.scripts = repl.scripts or all_scripts(repl)
  return { api = repl.api, behind = behind, environment = names_of(repl, line), scripts = repl.scripts,
    commands = require "repl.commands".words() }
end

--- What could stand at the end of the line.
---@param repl Repl
---@param line string up to the cursor
---@param behind string what stands behind it
---@return Completion
function completion.of(repl, line, behind)
  if line:find "sl%." or line:find "^:doc" then completion.api(repl) end
  return require "api.completion".of(line, context_of(repl, line, behind))
end

--- What the call around the cursor takes. Nothing is asked of the API for it.
---@param repl Repl
---@param line string up to the cursor
---@return string?
function completion.hint(repl, line)
  if not line:find "[({]" then return nil end
  return require "api.completion".of(line, context_of(repl, line)).hint
end

return completion
