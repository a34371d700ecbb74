--- Where in a file the running code is, with the file's whole name: Lua's own messages shorten a long path.

---@param file string
---@param level integer 1: the caller of this function, 2: its caller, …
---@return string "/etc/slcpi/hooks/create_vm.lua:3"
return function(file, level)
  local _, text = pcall(error, "", level + 2)
  return ("%s:%s"):format(file, text:match ":(%d+):%s*$" or "?")
end
