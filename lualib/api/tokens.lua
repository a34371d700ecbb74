--- The tokens of a line of Lua that may end anywhere: each with the bracket in which it stands.

local tokens = {}

---@class Token
---@field kind "name"|"number"|"string"|"comment"|"word"|string a symbol is its own kind
---@field text string of a string, its content as it is written
---@field from integer where the text begins
---@field open boolean? a string or a comment in which the line ends
---@field inside integer? the token of the bracket around it
---@field opener integer? of a closing bracket: its opening one

local CLOSES = { [")"] = "(", ["]"] = "[", ["}"] = "{" }
local SYMBOLS = { "^%.%.%.?", "^::", "^[=~<>]=", "^." }

-- A long string or comment, whose content begins at `at`.
local function long(text, at, level, kind)
  local last, behind = text:find("]" .. level .. "]", at, true)
  return { kind = kind, text = text:sub(at, last and last - 1 or -1), from = at, open = not last or nil },
    behind and behind + 1 or #text + 1
end

local function quoted(text, at)
  local quote, behind = text:sub(at, at), at + 1
  repeat
    local found, _, char = text:find("([\\\n" .. quote .. "])", behind)
    behind = found and found + (char == "\\" and 2 or 1)
  until not found or char ~= "\\"
  local content = text:sub(at + 1, behind and behind - 2 or -1)
  return { kind = "string", text = content, from = at + 1, open = not behind or nil }, behind or #text + 1
end

local function comment(text, at)
  local level, first = text:match("^%[(=*)%[()", at)
  if level then return long(text, first, level, "comment") end
  local behind = text:find("\n", at, true)
  return { kind = "comment", text = "", from = at, open = not behind or nil }, behind or #text + 1
end

local function simple(kind, text, at, pattern)
  local found = text:match(pattern, at)
  return { kind = kind or found, text = found, from = at }, at + #found
end

local function next_token(text, at)
  if text:find("^%-%-", at) then return comment(text, at + 2) end
  local level, first = text:match("^%[(=*)%[()", at)
  if level then return long(text, first, level, "string") end
  if text:find("^[\"']", at) then return quoted(text, at) end
  if text:find("^[%a_]", at) then return simple("name", text, at, "^[%w_]+") end
  if text:find("^%d", at) then return simple("number", text, at, "^[%w_.]+") end
  for _, symbol in ipairs(SYMBOLS) do
    if text:find(symbol, at) then return simple(nil, text, at, symbol) end
  end
end

-- Notes in which bracket the token stands.
local function place(token, list, open)
  local wanted = CLOSES[token.kind]
  if wanted and open[1] and list[open[#open]].kind == wanted then token.opener = table.remove(open) end
  token.inside = open[#open]
  if token.kind == "(" or token.kind == "{" or token.kind == "[" then open[#open + 1] = #list + 1 end
end

--- All tokens but comments, with what is under the cursor as the last one: a name, an open string or comment, a number,
--- or a "word" without letters.
---@param text string the line up to the cursor
---@return Token[]
function tokens.of(text)
  local list, open, at = {}, {}, text:find "%S"
  while at do
    local token, behind = next_token(text, at)
    place(token, list, open)
    if token.kind ~= "comment" or token.open then list[#list + 1] = token end
    local touches = behind > #text and (token.open or token.kind == "name" or token.kind == "number")
    if touches then return list end
    at = text:find("%S", behind)
  end
  list[#list + 1] = { kind = "word", text = "", from = #text + 1, inside = open[#open] }
  return list
end

return tokens
