--- A temporary folder and the files in it.

local folder = {}
folder.__index = folder

local function shell_line(command)
  local pipe = assert(io.popen(command))
  local line = pipe:read "l"
  assert(pipe:close(), command)
  return line
end

--- A word as the shell reads it back.
---@param word string
---@return string
function folder.quoted(word)
  return "'" .. word:gsub("'", "'\\''") .. "'"
end

---@return table folder removed by :close()
function folder.open()
  return setmetatable({ path = shell_line "mktemp -d", count = 0 }, folder)
end

--- A path below the folder that nothing uses yet.
function folder:fresh(name)
  self.count = self.count + 1
  return ("%s/%d-%s"):format(self.path, self.count, name)
end

--- Writes a file, its folders too, and returns its path.
---@param name string relative to the folder
---@param text string
function folder:write(name, text)
  local path = self.path .. "/" .. name
  local file = io.open(path, "wb")
  if not file then
    assert(os.execute("mkdir -p -m 0755 " .. folder.quoted(path:match "^(.*)/")))
    file = assert(io.open(path, "wb"))
  end
  file:write(text)
  assert(file:close())
  return path
end

--- The text of a file; "" if there is none.
---@param path string
function folder.read(path)
  local file = io.open(path, "rb")
  if not file then return "" end
  local text = file:read "a"
  file:close()
  return text
end

--- The paths of all files below a path.
---@param path string
---@return string[]
function folder.files(path)
  local found = {}
  local pipe = assert(io.popen(("find %s -type f 2>/dev/null | LC_ALL=C sort"):format(folder.quoted(path))))
  for line in pipe:lines() do found[#found + 1] = line end
  pipe:close()
  return found
end

function folder:close()
  assert(os.execute("rm -rf " .. folder.quoted(self.path)))
end

return folder
