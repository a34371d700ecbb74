--- One crash: an action is killed at one of its API calls, then the same request is made again, and everything
--- is given back.

local account = require "crash.account"
local json = require "core.json"
local kill = require "crash.kill"
local requests = require "support.requests"
local world = require "support.world"

local case = {}
case.__index = case

--- How the account is while the action is killed.
case.variants = {
  { name = "plain" },
  { name = "lag 30 s", lag = 30 },
  { name = "lag 300 s", lag = 300 },
  { name = "orders 3 min late", late = 180 },
  { name = "dates at +09:00", zone = "+09:00" },
}

--- Where the kill strikes: before the call was carried out, or after; `late`: the order is killed and carried out later.
case.moments = { "before", "after", "late" }

local LONG = 604800 -- virtual seconds: no deadline of a method ends a case on a slow machine
local METHODS = "create_vm delete_vm set_vm_metadata reboot_vm create_disk attach_disk detach_disk delete_disk "
  .. "snapshot_disk delete_snapshot resize_disk update_disk set_disk_metadata file_volume"

local function timeouts()
  local list = {}
  for method in METHODS:gmatch "%S+" do list[method] = LONG end
  return list
end

--- A simulator for many cases.
---@return table world
function case.world() return world.start { speed = 1000, slsim = { "--registry=admin:registry-password" } } end

local function properties(w, scenario)
  return { softlayer = { native_resize = true, datacenter = "ams01" },
    registry = scenario.registry and { endpoint = w.sim.registry, username = "admin", password = "registry-password" } }
end

--- An account as new, and an empty state directory.
---@param w table case.world
---@param scenario table of crash.scenarios
---@param variant table of case.variants
function case.open(w, scenario, variant)
  w.sim:ask("POST", "reset", { lag = 0 })
  local self = setmetatable({ w = w, scenario = scenario, variant = variant,
    state_dir = w.at:fresh "state" }, case)
  w:configure { cloud = { properties = properties(w, scenario) },
    engine = { state_dir = self.state_dir, timeouts = timeouts() } }
  return self
end

function case:result(request) return (self.w:result(kill.spelt(self, request))) end
function case:ask(...) return self:result(requests.of(...)) end

--- A person's command, which must succeed; its text.
function case:command(words)
  local run = self.w:command(words)
  if run.status ~= 0 then error(run.stderr, 0) end
  return run.stdout
end

function case:inventory() return self.w.sim:inventory() end

--- The ids of what is paid for of a kind, and of all snapshots.
function case:ids(kind)
  local ids = json.array {}
  for _, thing in ipairs(self:inventory()[kind]) do
    if thing.billed or kind == "snapshots" then ids[#ids + 1] = ("%d"):format(thing.id) end
  end
  return ids
end

--- A guest that is there already.
function case:guest()
  local made = self.w.sim:api("SoftLayer_Virtual_Guest/createObject", nil, { { hostname = "vm", domain = "example.com",
    startCpus = 1, maxMemory = 1024, hourlyBillingFlag = true, localDiskFlag = false, datacenter = { name = "ams01" },
    operatingSystemReferenceCode = "UBUNTU_LATEST" } })
  self.w.sim:ask("POST", "advance", { seconds = 400 })
  return ("%d"):format(made.id)
end

--- A volume that is there already.
function case:volume(fields)
  local all = { datacenter = "ams01" }
  for name, value in pairs(fields or {}) do all[name] = value end
  return ("%d"):format(self.w.sim:ask("POST", "volume", all).id)
end

function case:subnet(fields) return self.w.sim:ask("POST", "subnet", fields) end

-- Makes the request whose answer counts.
local function repeated(self, request)
  if request.command then return self:command(request.command) end
  return self:result(request)
end

local function prepare(self)
  self.before = account.figures(self:inventory())
  local request = self.scenario.begin(self)
  self.w.sim:ask("POST", "advance", { seconds = 1000 })
  self.w.sim:ask("DELETE", "journal")
  self.w.sim:ask("POST", "settings", { lag = self.variant.lag or 0 })
  if self.variant.zone then self.w.sim:ask("POST", "user", { zone = self.variant.zone }) end
  return request
end

local function finish(self, result)
  self.scenario.finish(self, result)
  self.w.sim:ask("POST", "advance", { seconds = 24 * 3600 })
  return account.left(self:inventory(), self.before, self.state_dir)
end

---@class Outcome
---@field reached boolean whether the action was still running at that call
---@field struck string? the method of that call
---@field figures table? of the account after the answer
---@field duplicates string[] things bought more than once, and orders sent again blindly
---@field unaccounted string[] what is left at the end
---@field failure string? why the second request failed, or its answer was wrong

local function judge(self, outcome, request, reference)
  local result = repeated(self, request)
  outcome.duplicates = account.blind_orders(self.w.sim:journal())
  outcome.figures = account.figures(self:inventory())
  for _, text in ipairs(reference and account.differences(outcome.figures, reference) or {}) do
    table.insert(outcome.duplicates, text)
  end
  local ok, problem = pcall(self.scenario.check, self, result)
  if not ok then outcome.failure = problem end
  outcome.unaccounted = finish(self, result)
end

--- Runs it.
---@param call integer? which call is struck; nil: none, with `moment` "late" the first order
---@param moment string? of case.moments
---@param reference table? the figures of an action that nothing interrupted
---@return Outcome
function case:run(call, moment, reference)
  local outcome = { reached = false, duplicates = {}, unaccounted = {} }
  local ok, problem = pcall(function()
    local request = prepare(self)
    if moment then
      kill.spoil(self, call, moment)
      outcome.reached, outcome.failure = kill.interrupt(self, request)
      outcome.struck = kill.struck(self.w.sim)
      self.w.sim:heal()
      if not outcome.reached then return end
    end
    judge(self, outcome, request, reference)
  end)
  if not ok then outcome.failure = tostring(problem) end
  return outcome
end

return case
