--- What was typed, kept for the next session in a file of its owner alone, without the lines that hold a secret.

local log = require "core.log"
local secrets = require "secrets"
local sys = require "core.sys"

local history = {}

local KEPT = 1000 -- entries

-- password = "…", ["api_key"] = '…', --token=…
local function names_a_secret(line)
  for name in line:gmatch "([%w_]+)['\"%]]*%s*=%s*['\"%[%w]" do
    if secrets.named(name, "") then return true end
  end
  return false
end

--- Whether a line may be kept.
---@param line string
---@return boolean
function history.is_harmless(line)
  return log.redact(line) == line and not names_a_secret(line)
end

--- An entry of several lines as one, or as it is where that would change it.
---@param entry string
---@return string[] lines
function history.lines(entry)
  if not entry:find "%-%-" and not entry:find "%[=*%[" then return { (entry:gsub("%s*\n%s*", " ")) } end
  local lines = {}
  for line in entry:gmatch "[^\n]+" do lines[#lines + 1] = line end
  return lines
end

local function lines_of(text)
  local lines = {}
  for line in text:gmatch "[^\n]+" do lines[#lines + 1] = line end
  return lines
end

--- What earlier sessions left.
---@param path string?
---@return string[]
function history.read(path)
  return lines_of(path and sys.read(path) or "")
end

--- Adds lines to the file; sessions side by side add to the same one.
---@param path string
---@param added string[]
---@return boolean? done
---@return string? message
function history.add(path, added)
  local lines = history.read(path)
  table.move(added, 1, #added, #lines + 1, lines)
  local kept = table.concat(lines, "\n", math.max(1, #lines - KEPT + 1))
  return sys.write_atomic(path, kept .. "\n")
end

return history
