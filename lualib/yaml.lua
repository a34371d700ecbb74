--- The part of YAML that BOSH's manifests of stemcells are written in: mappings by indentation, lists of scalars,
--- plain and quoted scalars of one line. What is beyond it is an error, never a guess.

local yaml = {}

local Parser = {}
Parser.__index = Parser

-- The error of a line; caught by yaml.parse.
local function fail(line, why) error({ complaint = ("line %d: %s"):format(line.number, why) }, 0) end

local ESCAPES = { n = "\n", t = "\t", ['"'] = '"', ["\\"] = "\\", ["/"] = "/", ["0"] = "\0", r = "\r", e = "\27" }

local function double_quoted(line, text)
  local inner = text:match '^"(.*)"$'
  if not inner or inner:gsub("\\.", ""):find '"' then fail(line, "a quoted text does not end") end
  return (inner:gsub("\\(.)", function(char)
    return ESCAPES[char] or fail(line, ("the escape \\%s is not read here"):format(char))
  end))
end

local function single_quoted(line, text)
  local inner = text:match "^'(.*)'$"
  if not inner or inner:gsub("''", ""):find "'" then fail(line, "a quoted text does not end") end
  return (inner:gsub("''", "'"))
end

local WORDS = { ["true"] = true, ["false"] = false }
local NULLS = { [""] = true, ["~"] = true, null = true, Null = true, NULL = true }

---@private
function Parser:flow(line, text)
  local inner = text:match "^%[(.*)%]$"
  if not inner then return text == "{}" and {} or fail(line, "only [a, b], [] and {} are read here") end
  local list = {}
  for item in inner:gmatch "[^,]+" do list[#list + 1] = self:scalar(line, item:match "^%s*(.-)%s*$") end
  return list
end

-- nil for null.
---@private
function Parser:scalar(line, text)
  local first = text:sub(1, 1)
  if first == '"' then return double_quoted(line, text) end
  if first == "'" then return single_quoted(line, text) end
  if first == "[" or first == "{" then return self:flow(line, text) end
  if first ~= "" and ("&*!|>%@`]},?"):find(first, 1, true) then
    fail(line, ("values that begin with '%s' are not read here"):format(first))
  end
  if NULLS[text] then return nil end
  if WORDS[text] ~= nil then return WORDS[text] end
  if text:find "^[-+]?%d+$" and not text:find "^[-+]?0%d" then return math.tointeger(tonumber(text)) or text end
  if text:find "^[-+]?%d+%.%d+$" then return tonumber(text) end
  return text
end

-- A value without the comment behind it.
local function without_comment(text)
  if text:find "^#" then return "" end
  local quote = text:match "^[\"']"
  if not quote then return (text:gsub("%s+#.*$", "")) end
  local ends = text:find(quote .. "%s+#[^" .. quote .. "]*$")
  return ends and text:sub(1, ends) or text
end

---@private
function Parser:list(indent)
  local list = {}
  while self.lines[self.at] and self.lines[self.at].indent == indent and self.lines[self.at].text:find "^%-" do
    local line = self.lines[self.at]
    local text = line.text:match "^%-%s+(.+)$" or fail(line, "lists of scalars only are read here")
    if text:find "^[%w_-]+:%s" or text:find "^[%w_-]+:$" then fail(line, "lists of scalars only are read here") end
    list[#list + 1], self.at = self:scalar(line, without_comment(text)), self.at + 1
  end
  return list
end

-- What stands below a key: more indented, or a list at the same indentation.
---@private
function Parser:below(indent)
  local line = self.lines[self.at]
  if not line then return nil end
  if line.text:find "^%-" and line.indent >= indent then return self:list(line.indent) end
  if line.indent > indent then return self:mapping(line.indent) end
  return nil
end

---@private
function Parser:mapping(indent)
  local map = {}
  while self.lines[self.at] and self.lines[self.at].indent == indent do
    local line = self.lines[self.at]
    local key, text = line.text:match "^([%w_./-]+):%s*(.*)$"
    if not key then key, text = line.text:match "^[\"']([%w_./-]+)[\"']:%s*(.*)$" end
    if not key then fail(line, "'key: value' is expected") end
    if map[key] ~= nil then fail(line, ("'%s' is there twice"):format(key)) end
    self.at, text = self.at + 1, without_comment(text)
    if text == "" then map[key] = self:below(indent) else map[key] = self:scalar(line, text) end
  end
  local line = self.lines[self.at]
  if line and line.indent > indent then fail(line, "the indentation does not fit") end
  return map
end

local function lines_of(text)
  local lines, number = {}, 0
  for raw in (text:gsub("\r\n", "\n") .. "\n"):gmatch "(.-)\n" do
    number = number + 1
    local indent, content = raw:match "^( *)(.-)%s*$"
    if content == "..." then break end
    local skip = content == "" or content:sub(1, 1) == "#" or content:find "^%-%-%-$" and #lines == 0
    if not skip then lines[#lines + 1] = { number = number, indent = #indent, text = content } end
  end
  return lines
end

--- Reads a document that is a mapping.
---@param text string
---@return table? map nulls are left out
---@return string? message with the line
function yaml.parse(text)
  local parser = setmetatable({ lines = lines_of(text), at = 1 }, Parser)
  local ok, result = pcall(function()
    local map = parser:mapping(parser.lines[1] and parser.lines[1].indent or 0)
    if parser.lines[parser.at] then fail(parser.lines[parser.at], "the indentation does not fit") end
    return map
  end)
  if ok then return result end
  if type(result) == "table" and result.complaint then return nil, result.complaint end
  error(result, 0)
end

return yaml
