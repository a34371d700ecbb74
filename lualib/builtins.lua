--- What a script and its hooks may use besides their own names: the safe part of Lua's library, and the built-ins.

local errors = require "errors"
local log = require "core.log"
local must = require "must"

local builtins = {}

-- What a script changes in a library, it changes for itself and not for lualib.
local function copy_of(value)
  if type(value) ~= "table" then return value end
  local copy = {}
  for name, member in pairs(value) do copy[name] = member end
  return copy
end

local safe = {}
for _, name in ipairs {
  "assert", "error", "getmetatable", "ipairs", "next", "pairs", "pcall", "rawequal", "rawget", "rawlen", "rawset",
  "select", "setmetatable", "tonumber", "tostring", "type", "xpcall", "require", "_VERSION",
  "coroutine", "math", "os", "string", "table", "utf8",
} do safe[name] = copy_of(_G[name]) end

---@private
function safe.print(...)
  local texts = table.pack(...)
  for i = 1, texts.n do texts[i] = tostring(texts[i]) end
  log.info("%s", table.concat(texts, "\t"))
end

--- Those of one script of a request. A configuration that cannot be used is an error only for what reads it.
---@param run Run
---@param programs boolean? whether it may run them
---@return { script: table, hooks: table }
function builtins.of(run, programs)
  local base = setmetatable({ must = must, log = log, request = run.request }, { __index = safe })
  base.config = run.config or setmetatable({}, { __index = function() error(run.config_error, 0) end })
  if programs then base.proc = require "proc"(run.core) end
  function base.call(name, ...) return run:call(name, ...) end
  return { script = base, hooks = setmetatable({ errors = errors }, { __index = base }) }
end

return builtins
