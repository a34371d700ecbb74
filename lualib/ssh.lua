--- Another machine by SSH, for workflows: the programs ssh and scp, with a key and known hosts of their own.
--
--   local machine = ssh.machine(proc, { address = "198.51.100.7", folder = "/var/lib/build" })

local errors = require "errors"

local ssh = {}

local UNREACHED = 255 -- what ssh itself ends with

---@class Machine
local Machine = {}
Machine.__index = Machine

--- A machine that takes the key `folder`/key for root. Its host key is noted in `folder`/known_hosts when it is first
--- seen, and no other one is taken afterwards.
---@param proc table the built-in
---@param where { address: string, folder: string }
---@return Machine
function ssh.machine(proc, where)
  local options = { "-F", "none", "-i", where.folder .. "/key" }
  for _, option in ipairs { "IdentitiesOnly=yes", "BatchMode=yes", "ConnectTimeout=10", "ServerAliveInterval=15",
    "LogLevel=ERROR", "StrictHostKeyChecking=accept-new",
    ('UserKnownHostsFile="%s/known_hosts"'):format(where.folder) } do
    table.move({ "-o", option }, 1, 2, #options + 1, options)
  end
  return setmetatable({ proc = proc, options = options, target = "root@" .. where.address }, Machine)
end

local function start(self, program, words, timeout)
  local command = { program, timeout = timeout, max_bytes = 8 << 20 }
  table.move(self.options, 1, #self.options, 2, command)
  table.move(words, 1, #words, #command + 1, command)
  return self.proc.run(command)
end

--- A word that a shell reads back.
---@param word string
---@return string
function ssh.quoted(word) return "'" .. word:gsub("'", "'\\''") .. "'" end

local function last_line(text) return text:match "([^\r\n]*)%s*$" end

--- Runs a shell's command line.
---@param line string
---@param timeout number? seconds of real time; default 60
---@return { status: integer, stdout: string, stderr: string }? result
---@return Error? err of kind "transport": the machine was not reached, or refused the key
function Machine:run(line, timeout)
  local result, err = start(self, "ssh", { self.target, line }, timeout)
  if not result then return nil, err end
  if result.status ~= UNREACHED then return result end
  return nil, errors.new { kind = "transport", transient = true, message = ("%s cannot be reached by SSH: %s"):format(
    self.target, last_line(result.stderr)) }
end

--- Copies a file, or a folder with what is in it.
---@param from string
---@param to string a folder is made anew there
---@param timeout number? seconds of real time; default 60
---@return boolean? done
---@return Error? err
function Machine:copy(from, to, timeout)
  local result, err = start(self, "scp", { "-q", "-r", "--", from, ("%s:%s"):format(self.target, to) }, timeout)
  if not result then return nil, err end
  if result.status == 0 then return true end
  return nil, errors.cloud("%s cannot be copied to %s: %s", from, self.target, last_line(result.stderr))
end

--- For wait: done when the machine takes the key.
---@return boolean? answers
---@return Progress|Error|nil
function Machine:answers()
  local result, err = self:run "true"
  if result then return true end
  if err.kind ~= "transport" then return nil, err end
  return false, { stage = last_line(err.message) }
end

return ssh
