--- The actions that are killed: what is there before, the request, whether its answer is right, and how it all ends.
--
-- Each is a row: action, kind; `begin(c)` prepares and gives the request, `check(c, result)` raises what is wrong with
-- the answer or the account, `finish(c, result)` gives everything back. `c` is a crash.case. With `registry` every
-- request is of version 1 and the configuration has one. Cases are numbered in this order, so new rows go to the end.

local scenarios = {}

for _, name in ipairs { "vms", "disks", "registry" } do
  for _, row in ipairs(require("crash." .. name)) do scenarios[#scenarios + 1] = row end
end

return scenarios
