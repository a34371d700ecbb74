--- A rehearsal: a request runs with real reads, but each write is stopped and written down. It ends at the first write
--- whose answer would be needed, and where it would have to wait.

local class = require "softlayer.class"
local errors = require "errors"
local events = require "events"
local json = require "core.json"
local quote = require "softlayer.quote"
local session = require "session"
local state = require "state"

local plan = {}

---@class PlanEntry
---@field kind "step"|"hook"|"write"
---@field depth integer
---@field name string of the step or hook; "SoftLayer_Virtual_Guest::setTags"
---@field where string? of a hook
---@field call table? of a write
---@field quote Quote? what it would cost
---@field reads integer calls of a step that were really made

---@class Plan
---@field entries PlanEntry[] in their order
---@field ends string? why it goes no further; nil: it ran to its end
---@field later { name: string, hooks: Hook[] }[] steps that were not reached

---@private
local Plan = {}
Plan.__index = Plan

-- Not an error: a rollback or a repetition must not take it for one. Scripts let an interruption pass.
local function finish(self, format, ...)
  self.ends = format:format(...)
  error(errors.new { kind = "interrupted", message = "the plan ends: " .. self.ends }, 0)
end

local function name_of(call)
  return ("SoftLayer_%s%s::%s"):format(call.service, call.id and "(" .. tostring(call.id) .. ")" or "", call.method)
end

function Plan:add(entry)
  entry.depth, entry.reads = #self.open, 0
  self.entries[#self.entries + 1] = entry
  return entry
end

function Plan:heard(event, phase)
  if event.kind == "poll" then
    finish(self, "it would wait for %s%s", event.name, event.stage and " (" .. event.stage .. ")" or "")
  elseif event.kind == "action" and phase == "begin" then
    self.script = self.script or event.script
  elseif event.kind ~= "step" and event.kind ~= "hook" then
    return
  elseif phase == "begin" then
    if event.kind == "step" then self.begun[event.script .. "." .. event.name] = true end
    self.open[#self.open + 1] = self:add { kind = event.kind, name = event.name, where = event.where }
  else
    self.open[#self.open] = nil
  end
end

-- The price is asked for by calls that are no part of the plan.
function Plan:price(entry)
  self.asking = true
  local found, err = quote.of(entry.call)
  self.asking = false
  entry.quote = found
  if not err then return end
  if err.kind == "api" then error(err, 0) end -- the API would refuse the order
  entry.unpriced = err.message
end

local function key_of(call) return call.service .. " " .. tostring(call.id) end

function Plan:stop(call)
  local entry = self:add { kind = "write", name = name_of(call), call = call }
  self.changed[key_of(call)] = entry
  if class(call.method) ~= "order" then return { value = true } end -- what writes answer
  self:price(entry)
  finish(self, "the answer of %s::%s is needed", call.service, call.method)
end

function Plan:send(calls, next)
  if self.asking then return next(calls) end
  local results, reads, places = {}, {}, {}
  for i, call in ipairs(calls) do
    local before = call.id and self.changed[key_of(call)]
    if before then finish(self, "it would look at what %s has done", before.name) end
    if class(call.method) == "read" then reads[#reads + 1], places[#places + 1] = call, i end
  end
  local step = self.open[#self.open]
  if step then step.reads = step.reads + #reads end
  for n, result in ipairs(#reads > 0 and next(reads) or {}) do results[places[n]] = result end
  for i, call in ipairs(calls) do results[i] = results[i] or self:stop(call) end
  return results
end

--- The arguments of a call as the API takes them.
---@param call table
---@return any[]
function plan.arguments(call)
  local list = json.array {}
  for i = 1, call.args and call.args.n or 0 do list[i] = call.args[i] == nil and json.null or call.args[i] end
  return list
end

--- Makes what follows a rehearsal, until it is closed.
---@return Plan
function plan.begin()
  local self = setmetatable({ entries = {}, open = {}, begun = {}, changed = {} }, Plan)
  self.leave = { events.listen(function(event, phase) self:heard(event, phase) end),
    session.insert(function(calls, next) return self:send(calls, next) end) }
  state.rehearse()
  return self
end

--- Ends the rehearsal: what follows is real.
function Plan:close()
  for _, leave in ipairs(self.leave) do leave() end
  state.rehearse(false)
end

--- The steps that were not reached, with their hooks.
---@return { name: string, hooks: Hook[] }[]
function Plan:rest()
  local rest = {}
  for _, step in ipairs(self.ends and self.script and self.script.steps or {}) do
    if not self.begun[self.script.name .. "." .. step] then
      local hooks = {}
      for _, hook in ipairs(self.script.hooks) do
        if hook.step == step then hooks[#hooks + 1] = hook end
      end
      rest[#rest + 1] = { name = step, hooks = hooks }
    end
  end
  return rest
end

return plan
