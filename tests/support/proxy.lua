--- A real proxy (tinyproxy) that lets nobody through without a password.

local eventually = require "support.eventually"
local folder = require "support.folder"

local proxy = { USER = "proxy-user", PASSWORD = "proxy-password" }
proxy.__index = proxy

local CONFIGURATION = [[
Listen 127.0.0.1
Port %d
BasicAuth %s %s
LogFile "%s"
LogLevel Info
MaxClients 100
]]

local READY, TAKEN = "Accepting connections", "Could not create listening"

local function said(self, text) return folder.read(self.log):find(text, 1, true) ~= nil end

-- Nobody tells a free port in advance, so a taken one is followed by another.
local function launch(at, port)
  local self = setmetatable({ port = port, log = at:fresh "tinyproxy" }, proxy)
  at:write("tinyproxy.conf", CONFIGURATION:format(port, proxy.USER, proxy.PASSWORD, self.log))
  self.pipe = assert(io.popen(("cd %s; tinyproxy -d -c tinyproxy.conf >>%s 2>&1 & cat >/dev/null; kill $! 2>/dev/null"):format(
    folder.quoted(at.path), self.log), "w"))
  eventually("the proxy", function() return said(self, READY) or said(self, TAKEN) end)
  if not said(self, TAKEN) then return self end
  self.pipe:close()
end

--- Starts one; it ends with this process at the latest.
---@param at table a support.folder
function proxy.start(at)
  local self
  for _ = 1, 20 do
    self = launch(at, math.random(20000, 60000))
    if self then break end
  end
  self.url = ("http://%s:%s@127.0.0.1:%d"):format(proxy.USER, proxy.PASSWORD, self.port)
  return self
end

--- How many requests (of one kind: "CONNECT") it was asked for.
function proxy:requests(verb)
  local _, count = folder.read(self.log):gsub("Request %(file descriptor %d+%): " .. (verb or "%u+"), "")
  return count
end

function proxy:stop() self.pipe:close() end

return proxy
