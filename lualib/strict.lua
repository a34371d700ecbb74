--- Sealed environments: a script's globals are its steps and declared fields; after it was loaded,
--- reading or writing any other name is an error instead of a silent nil.

local position = require "position"

local strict = {}

--- An environment that records the names it is given, until it is sealed.
---@param base table what may be read besides the environment's own names
---@param file string whose environment it is
---@return table environment
---@return string[] names in the order of their definition, and where each was defined: names.run = "x.lua:5"
---@return fun() seal
function strict.open(base, file)
  local names = {}
  local guard = { __index = base, __metatable = false }
  function guard.__newindex(environment, name, value)
    names[#names + 1], names[name] = name, position(file, 2)
    rawset(environment, name, value)
  end
  local environment = setmetatable({}, guard)

  local function seal()
    local function undeclared(doing, name)
      error(("%s: %s the undeclared name '%s'"):format(position(file, 3), doing, tostring(name)), 0)
    end
    function guard.__index(_, name)
      local value = base[name]
      if value == nil then undeclared("reads", name) end
      return value
    end
    function guard.__newindex(_, name)
      undeclared("writes", name)
    end
  end
  return environment, names, seal
end

return strict
