--- systemd's unit files, as far as ours go: what a service would be started with, where no systemd runs.

local folder = require "support.folder"

local unit = {}

--- The settings of a section, each a list, in their order.
---@param path string
---@param section string "Service"
---@return table<string, string[]>
function unit.read(path, section)
  local settings, current = setmetatable({}, { __index = function() return {} end }), nil
  for line in folder.read(path):gmatch "[^\n]+" do
    local name, value = line:match "^(%u%a*)=(.*)$"
    current = line:match "^%[(%a+)%]$" or current
    assert(name or line:find "^[%[#]", path .. ": " .. line)
    if name and current == section then
      local list = rawget(settings, name) or {}
      list[#list + 1], settings[name] = value, list
    end
  end
  return settings
end

-- Words are as they are in ours: without quotes, variables and specifiers.
local function words(text)
  assert(not text:find "[\"'%%$\\]", text)
  local list = {}
  for word in text:gmatch "%S+" do list[#list + 1] = word end
  return list
end

--- The command that starts a service in a machine's root: its environment and nothing else, its folder, its
--- user (root alone), its niceness.
---@param root string
---@param name string "bosh-agent.service"
---@return string[] argv
function unit.command(root, name)
  local service = unit.read(("%s/etc/systemd/system/%s"):format(root, name), "Service")
  assert(not service.User[1] and not service.ExecStartPre[1] and #service.ExecStart == 1)
  local argv = { "chroot", root, "/usr/bin/env", "-i", "--chdir=" .. (service.WorkingDirectory[1] or "/") }
  for _, assignment in ipairs(service.Environment) do argv[#argv + 1] = assignment end
  if service.Nice[1] then table.move({ "nice", "-n", service.Nice[1] }, 1, 3, #argv + 1, argv) end
  local start = words(service.ExecStart[1])
  assert(start[1]:find "^/", start[1])
  return table.move(start, 1, #start, #argv + 1, argv)
end

return unit
