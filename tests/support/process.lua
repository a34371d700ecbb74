--- Processes with their standard streams in files.

local folder = require "support.folder"

local process = {}
process.__index = process

local quoted = folder.quoted

local function words(list)
  local parts = {}
  for i, word in ipairs(list) do parts[i] = quoted(word) end
  return table.concat(parts, " ")
end

--- Starts a program. `exec` keeps the shell's pid, so that signals reach the program itself.
---@param at table a support.folder for the streams
---@param options table { argv: string[], stdin: string?, stdout: path?, environment: string[]?, wrap: string? }
---@return table process
function process.start(at, options)
  local stdin = options.stdin and at:write(("%d-stdin"):format(at.count + 1), options.stdin) or "/dev/null"
  local self = setmetatable({ stdout_path = options.stdout or at:fresh "stdout", stderr_path = at:fresh "stderr" }, process)
  local redirections = ("<%s >%s 2>%s"):format(quoted(stdin), quoted(self.stdout_path), quoted(self.stderr_path))
  if options.close_stdout then redirections = redirections .. " >&-" end
  self.pipe = assert(io.popen(("echo $$; exec env %s %s %s"):format(
    words(options.environment or {}), words(options.argv), redirections)))
  self.pid = assert(math.tointeger(tonumber(self.pipe:read "l")))
  return self
end

function process:signal(name)
  return (os.execute(("kill -%s %d 2>/dev/null"):format(name, self.pid)))
end

--- Waits for its end.
---@return table run { status: integer?, signal: integer?, stdout: string, stderr: string }
function process:finish()
  local _, how, code = self.pipe:close()
  return {
    status = how == "exit" and code or nil, signal = how == "signal" and code or nil,
    stdout = folder.read(self.stdout_path), stderr = folder.read(self.stderr_path),
  }
end

return process
