--- How an action of a crash.case is struck: it hangs at a call, and is killed there.

local eventually = require "support.eventually"
local folder = require "support.folder"
local json = require "core.json"
local world = require "support.world"

local kill = {}

local ORDERS = { "Virtual_Guest.createObject", "Product_Order.placeOrder", "Network_Storage.createSnapshot" }

--- The request as the case's installation sends it: one with a registry knows no version but the first.
function kill.spelt(self, request)
  if self.scenario.registry then request.api_version, request.context.vm = 1, nil end
  return request
end

--- Sets the faults.
---@param self table a crash.case
---@param call integer? the number of the call
---@param moment string of case.moments
function kill.spoil(self, call, moment)
  local sim, late = self.w.sim, self.variant.late
  if moment == "late" then
    for _, order in ipairs(ORDERS) do sim:fault(("%s count=1 do=hang late=%d"):format(order, late)) end
  elseif call then
    sim:fault(("*.* nth=%d do=hang %s"):format(call, moment == "after" and "executed" or ""))
  end
  if late and moment ~= "late" then
    for _, order in ipairs(ORDERS) do sim:fault(("%s count=1 do=html status=504 late=%d"):format(order, late)) end
  end
end

local function hangs(sim)
  for _, rule in ipairs(sim:ask("GET", "faults")) do
    if rule["do"] == "hang" and rule.fired > 0 then return true end
  end
  return false
end

--- The method of the call that hung.
function kill.struck(sim)
  for _, call in ipairs(sim:journal()) do
    if call.status == json.null then return call.method end
  end
end

local function start(self, request)
  if request.command then return self.w:begin_command(request.command) end
  return self.w:begin(kill.spelt(self, request))
end

local function ended(process)
  return folder.read(process.stdout_path) ~= "" or folder.read(process.stderr_path):find "\nslcpi: "
end

-- What is wrong with an action that ended by itself.
local function complaint(request, run)
  if request.command then return run.status ~= 0 and run.stderr or nil end
  local err = world.answer(run).error
  return err ~= json.null and err.message or nil
end

--- Kills the action at the call that hangs.
---@return boolean reached false: it ended before
---@return string? complaint of one that ended with an error
function kill.interrupt(self, request)
  local process = start(self, request)
  eventually("the call or the end", function() return hangs(self.w.sim) or ended(process) end, 60)
  local reached = hangs(self.w.sim)
  if reached then process:signal "KILL" end
  local run = process:finish()
  return reached, not reached and complaint(request, run) or nil
end

return kill
