--- What stands between the prompt and the account: a call that destroys something names it and asks once. It also
--- notes what was sent, for :trace and :curl.

local destructive = require "softlayer.destructive"
local errors = require "errors"
local filter_check = require "api.filter_check"
local nearest = require "nearest"
local session = require "session"
local sl = require "softlayer"
local sys = require "core.sys"

local guard = {}

---@class Guard
---@field calls table[] of the last evaluation that sent any: { call =, result =, began =, seconds = }
local Guard = {}
Guard.__index = Guard

local PATIENCE = 24 * 60 * 60 -- seconds for a person to answer

-- What tells a person which object it is, by service.
local known = {
  { "^Virtual_Guest$", "id,fullyQualifiedDomainName", "guest %s, %s", "fullyQualifiedDomainName" },
  { "^Hardware", "id,fullyQualifiedDomainName", "server %s, %s", "fullyQualifiedDomainName" },
  { "^Network_Storage", "id,username,notes", "volume %s, %s, notes: %s", "username", "notes" },
  { "^Billing_Item", "id,description,hostName", "billing item %s, %s, %s", "description", "hostName" },
}

-- Scripts that destroy what their first argument names.
local scripts = { delete_vm = "Virtual_Guest", delete_disk = "Network_Storage", delete_snapshot = "Network_Storage" }

local function object_text(service, id)
  for _, form in ipairs(known) do
    local object = service:find(form[1]) and sl[service]:id(id):mask(form[2]):getObject()
    if object then
      return form[3]:format(id, tostring(object[form[4]] or "-"), tostring(object[form[5]] or "-"))
    end
  end
  return ("SoftLayer_%s(%s)"):format(service, id)
end

-- Where it says which one: the call's id, or the first argument of a call of no object.
local function target_of(call)
  if call.id then return object_text(call.service, call.id) end
  local first = call.args and call.args[1]
  local which = type(first) ~= "table" and first ~= nil and " " .. tostring(first) or ""
  return "SoftLayer_" .. call.service .. which
end

function Guard:ask(question)
  self.core.deadline(PATIENCE)
  local answer = self.core.ask(question .. " Type yes: ")
  self.core.deadline(self.seconds)
  if not answer then
    error(errors.cpi("%s There is no terminal to ask on; `slcpi call` and `slcpi reap` do without", question), 0)
  end
  if answer ~= "yes" then error(errors.new { kind = "interrupted", message = "nothing was done" }, 0) end
end

function Guard:confirm(calls)
  local texts = {}
  for _, call in ipairs(calls) do
    if destructive(call.method) then texts[#texts + 1] = ("%s hits %s."):format(call.method, target_of(call)) end
  end
  if #texts > 0 then self:ask(table.concat(texts, "\n")) end
end

-- A filter that lets everything through is a mistake, and dangerous in front of a loop that deletes.
function Guard:check_filters(calls)
  for _, call in ipairs(calls) do
    local api = call.filter and self.api and self.api()
    local problem = api and filter_check(api, call)
    if problem then error(errors.cpi("%s", problem), 0) end
  end
end

-- The API says that there is no such service or method, and its description says which one was meant.
function Guard:suggest(call, err)
  local no_service = err and err.words and err.words:find "Service does not exist"
  local no_method = err and err.words and err.words:find "is not a valid method"
  local api = (no_service or no_method) and self.api and self.api()
  if not api then return end
  local guess = nearest(no_service and call.service or call.method,
    no_service and api:services() or api:methods(call.service))
  if guess then err.message = ("%s, did you mean '%s'?"):format(err.message, guess) end
end

local function note(self, calls, results, began)
  if self.fresh then self.calls, self.fresh = {}, false end
  for i, call in ipairs(calls) do
    self.calls[#self.calls + 1] = { call = call, result = results[i], began = began, seconds = sys.monotonic() - began }
  end
end

function Guard:send(calls, next)
  if not self.inside then
    self:check_filters(calls)
    self:confirm(calls)
  end
  local began = sys.monotonic()
  local results = next(calls)
  note(self, calls, results, began)
  for i, result in ipairs(results) do self:suggest(calls[i], result.err) end
  self.last = calls[#calls]
  return results
end

--- Runs a script, which is asked for once as a whole.
---@param name string
---@param values table its arguments
---@param f function
function Guard:within_script(name, values, f)
  local outer = self.inside
  if scripts[name] and not outer and not self.rehearsing then
    self:ask(("%s hits %s."):format(name, object_text(scripts[name], values[1])))
  end
  local restore <close> = setmetatable({}, { __close = function() self.inside = outer end })
  self.inside = true
  return f()
end

--- Begins another evaluation; what the last one sent is known until this one sends something.
function Guard:reset() self.fresh = true end

--- Puts the guard in front of the API.
---@param core table
---@param seconds number of an evaluation
---@return Guard
function guard.open(core, seconds)
  local self = setmetatable({ core = core, seconds = seconds, calls = {} }, Guard)
  session.insert(function(calls, next) return self:send(calls, next) end)
  return self
end

return guard
