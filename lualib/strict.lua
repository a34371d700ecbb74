--- Sealed environments: a script's globals are its steps and declared fields; after it was loaded,
--- reading or writing any other name is an error instead of a silent nil.

local strict = {}

--- An environment that records the names it is given, until it is sealed.
---@param base table what may be read besides the environment's own names
---@param origin string who the environment belongs to, for messages
---@return table environment
---@return string[] names in the order of their definition
---@return fun() seal
function strict.open(base, origin)
  local names = {}
  local guard = { __index = base, __metatable = false }
  function guard.__newindex(environment, name, value)
    names[#names + 1] = name
    rawset(environment, name, value)
  end
  local environment = setmetatable({}, guard)

  local function seal()
    local function undeclared(doing, name)
      error(("%s %s the undeclared name '%s'"):format(origin, doing, tostring(name)), 3)
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
