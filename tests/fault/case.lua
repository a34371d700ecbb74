--- A seed's schedule, carried out against an account of its own, with all that is checked on the way.

local account_check = require "fault.account_check"
local answer_checks = require "fault.answer_checks"
local director = require "support.director"
local folder = require "support.folder"
local json = require "core.json"
local leaks = require "support.leaks"
local mishaps = require "fault.mishaps"
local requests = require "support.requests"
local story = require "fault.story"
local sys = require "core.sys"
local world = require "support.world"

local case = {}
case.__index = case

local SPEED = 1000
local TRIES = 4
local TIMEOUTS = { create_vm = 3000, create_disk = 3000, resize_disk = 3000, delete_vm = 1500, delete_disk = 1500,
  attach_disk = 1500, detach_disk = 1500, snapshot_disk = 1500 }
local QUICK = { volume_appear = 10, volume_provision = 20, volume_change = 20, route_seconds = 30 } -- virtual seconds
local USUAL_TIMEOUT = 300 -- of the others
local GRACE = 5 -- seconds after a deadline
local SLACK = 1 -- second for a busy machine to start a process
local SECRETS = { ["API key"] = 'k/3y+~"w\\rd&1=9e8d7c6b5a', ["mbus password"] = "mbus-p4ss_w0rd-xyzzy" }

local function start(plan)
  local w = world.start { speed = SPEED, iam = plan.iam, slsim = { "--provision=40", "--seed=" .. plan.seed } }
  w.sim:ask("POST", "settings", QUICK)
  local key = SECRETS["API key"]
  w.sim:ask("POST", "user", { user = "sim", key = not plan.iam and key or nil, iam_key = plan.iam and key or nil })
  if not plan.iam then w.sim.key = key end
  w:configure {
    cloud = { properties = { softlayer = { api_key = key, native_resize = true },
      agent = { mbus = ("nats://nats:%s@10.0.0.4:4222"):format(SECRETS["mbus password"]) } } },
    engine = { timeouts = TIMEOUTS },
  }
  return w
end

function case:note(format, ...) self.told[#self.told + 1] = format:format(...) end

function case:count(kind, times)
  if times > 0 then self.fired[kind] = (self.fired[kind] or 0) + times end
end

-- The rules of a step; they hold until all its tries are over.
function case:spoil(step)
  local rules = {}
  for _, trouble in ipairs(step.troubles) do
    if trouble.rule then
      local number = self.world.sim:fault(trouble.rule)
      rules[number] = trouble
      if trouble.rule:find 'do=error text' then self.clear[number] = true end
      if trouble.lies then self.lied = true end
      self:note("    %s: %s", trouble.kind, trouble.rule)
    end
  end
  return rules
end

function case:lift(rules)
  for _, rule in ipairs(self.world.sim:ask("GET", "faults")) do
    if rules[rule.number] then self:count(rules[rule.number].kind, rule.fired) end
  end
  self.world.sim:heal()
  mishaps.accepted(self.world)
end

-- Of the things that were made.
local function cids_of(self, step)
  local cids = {}
  for _, name in ipairs(step.about) do cids[#cids + 1] = self.cids[name] end
  return cids
end

local function mishap_of(self, step)
  for _, trouble in ipairs(step.troubles) do
    local done = not trouble.rule and mishaps[trouble.kind](trouble, self.world, cids_of(self, step))
    if done then
      self:count(trouble.kind, 1)
      self:note("    %s (%s, %.2f)", trouble.kind, trouble.at, trouble.share)
      return done
    end
  end
  return {}
end

-- One try: what came of it, and how long it took.
function case:try(request, mishap)
  local begun = sys.monotonic()
  local process = self.world:begin(request, { wrap = mishap.wrap })
  local signalled = mishap.during and mishap.during(process) and sys.monotonic()
  local run = process:finish()
  local ended = sys.monotonic()
  if mishap.after then mishap.after() end
  local timeout = (TIMEOUTS[request.method] or USUAL_TIMEOUT) / SPEED
  assert(ended - begun < timeout + GRACE + SLACK, ("%s took %.1f s"):format(request.method, ended - begun))
  if signalled and mishap.kills == "TERM" then
    assert(ended - signalled < 2, ("%s ended %.1f s after SIGTERM"):format(request.method, ended - signalled))
  end
  self.output[#self.output + 1] = run.stderr
  if request.method ~= "attach_disk" then self.output[#self.output + 1] = run.stdout end
  self.last_log = run.stderr
  return run, ended - begun
end

-- Killed before it could say a word; a SIGTERM may come before slcpi itself runs.
local function is_silent(run, mishap) return mishap.kills and run.signal and run.stdout == "" end

--- Asks until there is an answer that a director would not ask again after.
---@return table? document nil: the tries are used up
function case:ask(step, request)
  local rules, document = self:spoil(step), nil
  for attempt = 1, TRIES do
    local mishap = attempt == 1 and mishap_of(self, step) or {}
    local run, seconds = self:try(request, mishap)
    if is_silent(run, mishap) then
      mishaps.settle(self.world)
      self:note("  %s was killed after %.2f s", request.method, seconds)
    else
      document = mishap.kills and run.signal and director.read(run.stdout) or world.answer(run)
      self:note("  %s → %s (%.2f s)", request.method, document.error ~= json.null and document.error.message
        .. (document.error.ok_to_retry and " [ok_to_retry]" or "") or json.encode(document.result):sub(1, 120), seconds)
      local again = document.error ~= json.null and (document.error.ok_to_retry or mishap.again)
      if not again then break end
    end
  end
  self:lift(rules)
  return document
end

-- The request with its addresses: a manual or vip network has one of a subnet that is made for it.
local function with_addresses(self, request)
  for _, network in pairs(request.arguments[4]) do
    local kind = network.reserve
    if kind then
      network.ip = self.world.sim:ask("POST", "subnet", { kind = kind, space = kind == "portable" and "PRIVATE" or nil,
        vlan = kind == "portable" and 524954 or nil, datacenter = kind == "static" and "lon02" or nil }).addresses[1]
      network.reserve = nil
    end
  end
  return request
end

local function request_of(self, step)
  if step.method == "create_vm" then return with_addresses(self, step.request) end
  if step.request then return step.request end
  local cids = cids_of(self, step)
  return #cids == #step.about and step.build(table.unpack(cids)) or nil
end

function case:held()
  local held = {}
  for _, cid in pairs(self.cids) do held[cid] = true end
  return held
end

-- The calls that a maker's tries made, for the checks at the end.
local function keep_calls(self, step, from)
  local kept = self.calls[step.makes] or {}
  for _, call in ipairs(self.world.sim:ask("GET", "journal?since=" .. from)) do kept[#kept + 1] = call end
  self.calls[step.makes] = kept
end

function case:step(step)
  local request = request_of(self, step)
  if not request then return end
  self:note("%s %s", step.method, step.makes or table.concat(step.about, ", "))
  local journal = self.world.sim:journal()
  local from = #journal > 0 and journal[#journal].n or 0
  local document = self:ask(step, request)
  if step.method:find "^create_" then
    keep_calls(self, step, from)
    self.unanswered[step.makes] = step
  end
  if document and document.error == json.null then
    local check = answer_checks[step.method]
    if check then check(self, step, document.result, self.world.sim:inventory()) end
    self.unanswered[step.makes or 0] = nil
  end
end

-- Everything works again, and whatever hung goes on.
local function heal(self)
  local sim = self.world.sim
  sim:heal()
  sim:ask("POST", "settings", { lag = 0 })
  sim:ask("POST", "advance", { seconds = 1500 })
  local inventory = sim:inventory()
  for _, list in ipairs { inventory.guests, inventory.volumes } do
    for _, one in ipairs(list) do
      if one.transaction then sim:ask("POST", "transaction", { id = one.id, hold = false }) end
    end
  end
  sim:ask("POST", "advance", { seconds = 1500 })
end

local function delete_all(self)
  for _, kind in ipairs { "disk", "vm" } do
    for name, cid in pairs(self.cids) do
      if name:find("^" .. kind) then
        self:note("at the end, delete_%s %s", kind, name)
        local document = self:ask({ troubles = {}, about = { name } }, requests.of("delete_" .. kind, cid))
        assert(document and document.error == json.null, "what is there cannot be deleted: " .. self.last_log:sub(-300))
        answer_checks.gone(self, { method = "delete_" .. kind, about = { name } }, nil, self.world.sim:inventory())
      end
    end
  end
end

-- Beside the records of orders there are prices and tokens.
local function records_of(self)
  local records = {}
  for _, path in ipairs(self.world:record_paths()) do
    records[#records + 1] = assert(json.decode(folder.read(path))).record
  end
  return records
end

local function check_account(self)
  local inventory, records = self.world.sim:inventory(), records_of(self)
  for _, calls in pairs(self.calls) do
    account_check.looks(calls, self.clear)
    account_check.no_twins(inventory, records, account_check.marks(calls))
  end
  account_check.nothing_lost(inventory, records, self:held())
end

local function tell_secrets(self)
  local texts = self.output
  for _, path in ipairs(folder.files(self.world.at.path .. "/state")) do texts[#texts + 1] = folder.read(path) end
  leaks.check("an output", table.concat(texts, "\n"), self.secrets)
end

local function carry_out(self, plan)
  for _, step in ipairs(plan.steps) do self:step(step) end
  check_account(self)
  heal(self)
  if plan.resend then
    for _, step in pairs(self.unanswered) do
      step.troubles = {}
      self:step(step)
    end
  end
  check_account(self)
  delete_all(self)
  check_account(self)
  tell_secrets(self)
end

--- Carries out the schedule of a seed.
---@param seed integer
---@return table verdict { seed =, fired = times by kind, told = lines, message = what is wrong, journal = calls }
function case.run(seed)
  local plan = story.of(seed)
  local self = setmetatable({ world = start(plan), told = {}, fired = {}, output = {}, cids = {}, hosts = {}, calls = {},
    unanswered = {}, clear = {}, secrets = { ["API key"] = SECRETS["API key"], ["mbus password"] = SECRETS["mbus password"] } }, case)
  local fine, message = xpcall(carry_out, debug.traceback, self, plan)
  local verdict = { seed = seed, fired = self.fired, told = self.told, message = not fine and tostring(message) or nil }
  if not fine then verdict.journal, verdict.log, verdict.records = self.world.sim:journal(), self.last_log, records_of(self) end
  local closed, complaint = pcall(self.world.close, self.world)
  if not closed then verdict.message = verdict.message or tostring(complaint) end
  return verdict
end

return case
