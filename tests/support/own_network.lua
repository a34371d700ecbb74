--- A network of the test's own: this process and all that it starts see an empty network and an empty /run from
--- then on. Machines that tests/support/machine.sh makes there collide with nobody's and end with the test.

local build = require "support.build"

local function command(line)
  local ok, _, code = os.execute(line)
  return ok or nil, ("'%s' ended with %s"):format(line, code)
end

local function enter()
  local open, problem = package.loadlib(build.folder .. "/own_network.so", "luaopen_own_network")
  if not open then error(problem) end
  local done, message = open()()
  if not done then return nil, message end
  return command "ip link set lo up && mkdir /run/machines"
end

local entered, why

--- Enters it, once.
---@return true? done
---@return string? why not: it needs root and a kernel that allows it
return function()
  if not entered and not why then entered, why = enter() end
  return entered, why
end
