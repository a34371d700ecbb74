--- Regular expressions as syntax trees: drawn, spelt, and judged by the set of ends that a start can reach.

local expression = {}

--- A tree over the letters, not deeper than `depth`.
function expression.draw(depth, letters)
  local function letter() return letters[math.random(#letters)] end
  local kind = depth == 0 and math.random(4) or math.random(9)
  if kind <= 2 then return { "char", letter() } end
  if kind == 3 then return { "char", "." } end
  if kind == 4 then
    local low, high = letter(), letter()
    if low > high then low, high = high, low end
    return { "class", math.random(2) == 1, low, high }
  end
  if kind <= 6 then return { "sequence", expression.draw(depth - 1, letters), expression.draw(depth - 1, letters) } end
  if kind == 7 then return { "either", expression.draw(depth - 1, letters), expression.draw(depth - 1, letters) } end
  return { "repeat", ({ "*", "+", "?" })[math.random(3)], expression.draw(depth - 1, letters) }
end

local SPELT = {
  char = function(e) return e[2] end,
  class = function(e) return "[" .. (e[2] and "^" or "") .. e[3] .. (e[3] ~= e[4] and "-" .. e[4] or "") .. "]" end,
  sequence = function(e) return expression.spell(e[2]) .. expression.spell(e[3]) end,
  either = function(e) return "(" .. expression.spell(e[2]) .. "|" .. expression.spell(e[3]) .. ")" end,
  ["repeat"] = function(e) return "(" .. expression.spell(e[3]) .. ")" .. e[2] end,
}

function expression.spell(e) return SPELT[e[1]](e) end

local ENDS = {}

local function ends(e, text, at) return ENDS[e[1]](e, text, at) end

local function one(matches)
  return function(e, text, at) return at <= #text and matches(e, text:sub(at, at)) and { [at + 1] = true } or {} end
end

local function after(starts, e, text)
  local out = {}
  for start in pairs(starts) do
    for stop in pairs(ends(e, text, start)) do out[stop] = true end
  end
  return out
end

ENDS.char = one(function(e, c) return e[2] == "." or e[2] == c end)
ENDS.class = one(function(e, c) return (c >= e[3] and c <= e[4]) ~= e[2] end)

function ENDS.sequence(e, text, at) return after(ends(e[2], text, at), e[3], text) end

function ENDS.either(e, text, at)
  local out = ends(e[2], text, at)
  for stop in pairs(ends(e[3], text, at)) do out[stop] = true end
  return out
end

ENDS["repeat"] = function(e, text, at)
  local out, fresh = {}, { [at] = true }
  if e[2] ~= "+" then out[at] = true end
  for _ = 1, e[2] == "?" and 1 or #text + 1 do
    fresh = after(fresh, e[3], text)
    for stop in pairs(fresh) do out[stop] = true end
  end
  return out
end

--- A drawn pattern: a tree that may begin at the start and end at the end only.
---@return table { tree, from_start, to_end } whose tostring is the expression
function expression.pattern(depth, letters)
  return setmetatable({ tree = expression.draw(depth, letters), from_start = math.random(3) == 1, to_end = math.random(3) == 1 },
    { __tostring = function(p)
      return (p.from_start and "^" or "") .. "(" .. expression.spell(p.tree) .. ")" .. (p.to_end and "$" or "")
    end })
end

--- Whether the pattern is found in the text.
function expression.found(pattern, text)
  for start = 1, pattern.from_start and 1 or #text + 1 do
    for stop in pairs(ends(pattern.tree, text, start)) do
      if not pattern.to_end or stop == #text + 1 then return true end
    end
  end
  return false
end

return expression
