-- Regular expressions for the filter operations `~` and `!~`: literals, `.`, classes, groups, `|`, `* + ?`,
-- `^ $` and the escapes \d \w \s \D \W \S. They run as a set of states over the text, so a match takes
-- time proportional to text times pattern whatever the pattern is. Anything else is refused.

local pattern = {}

local MAX_LENGTH = 512
local ESCAPES = { d = "%d", w = "[%w_]", s = "%s", D = "%D", W = "[^%w_]", S = "%S" }

local function matcher_of_escape(char)
  local class = ESCAPES[char]
  if class then return function(c) return c:find("^" .. class) ~= nil end end
  if char:find("%w") then error("escape \\" .. char .. " is not supported", 0) end
  return function(c) return c == char end
end

-- States are {edges}, an edge is {test = fn | anchor, to = state} or {to = state} for "no input needed".
local function state() return {} end

local function link(from, to, test, anchor)
  from[#from + 1] = { to = to, test = test, anchor = anchor }
end

local function class_member(p)
  local char = p.text:sub(p.pos, p.pos)
  p.pos = p.pos + 1
  if char == "" then error("class without end", 0) end
  if char ~= "\\" then return char end
  char = p.text:sub(p.pos, p.pos)
  p.pos = p.pos + 1
  if char == "" then error("class without end", 0) end
  return nil, matcher_of_escape(char)
end

local function range_end(p)
  if p.text:find("^%-[^%]\\]", p.pos) then
    p.pos = p.pos + 2
    return p.text:sub(p.pos - 1, p.pos - 1)
  end
end

local function class(p)
  local negated = p.text:sub(p.pos, p.pos) == "^"
  if negated then p.pos = p.pos + 1 end
  local tests, first = {}, true
  while first or p.text:sub(p.pos, p.pos) ~= "]" do
    first = false
    local low, test = class_member(p)
    local high = low and (range_end(p) or low)
    tests[#tests + 1] = test or function(c) return c >= low and c <= high end
  end
  p.pos = p.pos + 1
  return function(c)
    for _, test in ipairs(tests) do
      if test(c) then return not negated end
    end
    return negated
  end
end

local alternatives

local function single(test, anchor)
  local from, to = state(), state()
  link(from, to, test, anchor)
  return from, to
end

local function group(p)
  if p.text:sub(p.pos, p.pos) == "?" then error("groups with ? are not supported", 0) end
  local from, to = alternatives(p)
  if p.text:sub(p.pos, p.pos) ~= ")" then error("group without end", 0) end
  p.pos = p.pos + 1
  return from, to
end

local function escape(p)
  local char = p.text:sub(p.pos, p.pos)
  p.pos = p.pos + 1
  if char == "" then error("pattern ends with \\", 0) end
  return single(matcher_of_escape(char))
end

local function atom(p)
  local char = p.text:sub(p.pos, p.pos)
  p.pos = p.pos + 1
  if char == "(" then return group(p) end
  if char == "[" then return single(class(p)) end
  if char == "\\" then return escape(p) end
  if char == "." then return single(function() return true end) end
  if char == "^" or char == "$" then return single(nil, char) end
  if char:find("[*+?{}]") then error("'" .. char .. "' is not supported here", 0) end
  return single(function(c) return c == char end)
end

local function repeated(p)
  local from, to = atom(p)
  local sign = p.text:sub(p.pos, p.pos)
  if not sign:find("^[*+?]") then return from, to end
  p.pos = p.pos + 1
  local enter, leave = state(), state()
  link(enter, from)
  link(to, leave)
  if sign ~= "+" then link(enter, leave) end
  if sign ~= "?" then link(to, from) end
  return enter, leave
end

local function sequence(p)
  local from = state()
  local to = from
  while p.pos <= #p.text and not p.text:find("^[|)]", p.pos) do
    local enter, leave = repeated(p)
    link(to, enter)
    to = leave
  end
  return from, to
end

function alternatives(p)
  p.depth = p.depth + 1
  if p.depth > 32 then error("pattern is nested too deeply", 0) end
  local from, to = state(), state()
  repeat
    local enter, leave = sequence(p)
    link(from, enter)
    link(leave, to)
    local more = p.text:sub(p.pos, p.pos) == "|"
    if more then p.pos = p.pos + 1 end
  until not more
  p.depth = p.depth - 1
  return from, to
end

local function anchored(edge, text, at)
  if not edge.anchor then return true end
  if edge.anchor == "^" then return at == 1 end
  return at == #text + 1
end

-- Adds a state and all that it reaches without input.
local function add(set, start, text, at)
  local pending = { start }
  while #pending > 0 do
    local current = table.remove(pending)
    if not set[current] then
      set[current] = true
      for _, edge in ipairs(current) do
        if not edge.test and anchored(edge, text, at) then pending[#pending + 1] = edge.to end
      end
    end
  end
end

local function step(set, char, text, at)
  local following = {}
  for current in pairs(set) do
    for _, edge in ipairs(current) do
      if edge.test and edge.test(char) then add(following, edge.to, text, at) end
    end
  end
  return following
end

local function matches(from, to, text)
  local set = {}
  for at = 1, #text + 1 do
    add(set, from, text, at)
    if set[to] then return true end
    if at <= #text then set = step(set, text:sub(at, at), text, at + 1) end
  end
  return false
end

--- Compiles a regular expression; it is found anywhere in a text unless it is anchored.
---@param text string
---@return (fun(subject: string): boolean)? test
---@return string? reason why it is refused
function pattern.compile(text)
  if #text > MAX_LENGTH then return nil, "the regular expression is too long" end
  local p = { text = text, pos = 1, depth = 0 }
  local ok, from, to = pcall(alternatives, p)
  if not ok then return nil, "regular expression: " .. tostring(from) end
  if p.pos <= #text then return nil, "regular expression: unexpected ')'" end
  return function(subject) return matches(from, to, subject) end
end

return pattern
