-- Faults: rules that spoil chosen calls. A rule says which calls (see MATCH), how often, and what
-- happens instead (`do`, see fault_kinds.lua). The grammar has its table in docs/slsim.md.

local clock  = require "slsim.clock"
local kinds  = require "slsim.fault_kinds"
local object_names = require "slsim.object.names"
local path   = require "slsim.path"
local random = require "slsim.random"

local faults = {}

local rules, last_id = {}, 0

local NUMBERS = { nth = true, count = true, p = true, after = true, status = true, delay = true, late = true,
  at = true, piece = true, pause_ms = true, seconds = true }
local WORDS = { on = true, ["do"] = true, code = true, text = true, user = true, verb = true, value = true, id = true }
local FLAGS = { executed = true, reused = true }

local function check(rule)
  for key, value in pairs(rule) do
    local number, word, flag = NUMBERS[key], WORDS[key], FLAGS[key]
    if not (number or word or flag) then return nil, ("unknown word '%s' in a fault rule"):format(key) end
    if number then rule[key] = tonumber(value) or false end
    if rule[key] == false and not flag then return nil, ("'%s' must be a number"):format(key) end
  end
  if not rule.on then return nil, "a fault rule begins with Service.method" end
  if not kinds[rule["do"]] then return nil, ("unknown kind of fault '%s'"):format(tostring(rule["do"])) end
  return rule
end

-- Splits at spaces outside double quotes.
local function words(text)
  local list = {}
  for word in text:gsub('"([^"]*)"', function(quoted) return (quoted:gsub(" ", "\1")) end):gmatch("%S+") do
    list[#list + 1] = word:gsub("\1", " ")
  end
  return list
end

--- `Virtual_Guest.createObject nth=2 do=html status=504 executed`
---@param text string
---@return table? rule, string? problem
function faults.parse(text)
  local rule = {}
  for i, word in ipairs(words(text)) do
    local key, value = word:match("^([%w_]+)=(.*)$")
    if key then rule[key] = value
    elseif i == 1 then rule.on = word
    elseif FLAGS[word] then rule[word] = true
    else return nil, ("unknown word '%s' in a fault rule"):format(word) end
  end
  return check(rule)
end

local function glob(pattern)
  return "^" .. pattern:gsub("[%^%$%(%)%%%.%[%]%+%-%?]", "%%%0"):gsub("%*", ".*") .. "$"
end

--- Adds a rule (a table as faults.parse gives it).
---@return table? rule, string? problem
function faults.add(rule)
  local checked, problem = check(rule)
  if not checked then return nil, problem end
  last_id = last_id + 1
  rule.number, rule.seen, rule.fired, rule.since = last_id, 0, 0, clock.now()
  rule.pattern = glob((rule.on:gsub("^SoftLayer_", "")))
  rule.count = rule.count or rule.nth and 1 or math.huge
  rules[#rules + 1] = rule
  return rule
end

local function applies(rule, call)
  local name = ("%s.%s"):format((call.service_name or ""):gsub("^SoftLayer_", ""), call.method_name or "")
  return name:find(rule.pattern)
    and (not rule.user or call.user and call.user.username == rule.user)
    and (not rule.verb or rule.verb == call.verb)
    and (not rule.id or tostring(math.tointeger(rule.id) or rule.id) == call.init)
    and (not rule.reused or call.nth > 1)
    and clock.now() - rule.since >= (rule.after or 0)
end

local function fires(rule)
  rule.seen = rule.seen + 1
  if rule.fired >= rule.count or rule.seen < (rule.nth or 1) then return false end
  if rule.p and random.fraction() >= rule.p then return false end
  rule.fired = rule.fired + 1
  return true
end

--- The first rule that spoils this call.
---@return table?
function faults.match(call)
  for _, rule in ipairs(rules) do
    if not kinds[rule["do"]].early and applies(rule, call) and fires(rule) then return rule end
  end
end

local IMPLIED = { POST = "createObject", PUT = "editObject", DELETE = "deleteObject" }

-- What can be known of a call before its body is there.
local function sketch(verb, uri)
  if not uri:find("^/rest/") then return object_names.call(verb, uri) end
  local parts = path.segments(uri:match("^[^?]*"))
  path.take_extension(parts)
  local method = #parts > 3 and not parts[#parts]:find("^%d") and parts[#parts] or IMPLIED[verb] or "getObject"
  return { service_name = parts[3], method_name = method, verb = verb, nth = 1 }
end

--- Rules that act before the body of a request is read see its URI only.
---@return fun(verb: string, uri: string): string? early nil if there is no such rule
function faults.early()
  local eager = {}
  for _, rule in ipairs(rules) do
    if kinds[rule["do"]].early then eager[#eager + 1] = rule end
  end
  if #eager == 0 then return nil end
  return function(verb, uri)
    local call = sketch(verb, uri)
    if not call then return nil end
    for _, rule in ipairs(eager) do
      if applies(rule, call) and fires(rule) then return kinds[rule["do"]].early end
    end
  end
end

--- Whether the call is carried out although it is spoiled.
function faults.executes(rule)
  return rule.executed or kinds[rule["do"]].executes or false
end

--- Turns the answer into what the rule wants.
function faults.shape(rule, reply, call)
  kinds[rule["do"]].shape(reply, rule, call)
  reply.delay = (reply.delay or 0) + (rule.delay or 0)
  return reply
end

function faults.list()
  local list = {}
  for i, rule in ipairs(rules) do
    local copy = {}
    for key, value in pairs(rule) do
      if value ~= math.huge then copy[key] = value end
    end
    list[i] = copy
  end
  return list
end

function faults.clear(number)
  for i = #rules, 1, -1 do
    if not number or rules[i].number == number then table.remove(rules, i) end
  end
end

return faults
