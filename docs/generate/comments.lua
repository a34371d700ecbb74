--- What the comments of a Lua file say: its header, then each function, class and value with what stands above it.

local comments = {}

---@class Item
---@field kind "function"|"class"|"value"
---@field name string "cache.get", "Record:save", "" for a file that returns a function
---@field key string "get"
---@field text string[] lines; those indented by three or more are shown as they are
---@field params { name: string, type: string, text: string }[] as the comments have them
---@field parameters string[] as the code has them
---@field returns { type: string, text: string }[]
---@field fields { name: string, type: string, text: string }[]
---@field type string? of a value

-- A type may hold spaces in brackets and quotes, and behind a colon, a comma or a bar.
local function split_type(text)
  local depth, quoted = 0, false
  for at = 1, #text do
    local char = text:sub(at, at)
    if char == '"' then quoted = not quoted end
    if not quoted and char:find "[%(%[{<]" then depth = depth + 1 end
    if not quoted and char:find "[%)%]}>]" then depth = depth - 1 end
    if char == " " and depth == 0 and not quoted and not text:sub(1, at - 1):find "[:,|]$" then
      return text:sub(1, at - 1), text:sub(at):match "^%s*(.*)$"
    end
  end
  return text, ""
end

local function typed(text)
  local name, rest = text:match "^(%S+)%s*(.*)$"
  local type, words = split_type(rest)
  return { name = name:gsub("%?$", ""), type = type .. (name:find "%?$" and "?" or ""), text = words }
end

local function append(list, entry)
  list[#list + 1] = entry
  return entry
end

-- Each returns what an indented line behind it goes on with.
local readers = {}
function readers.param(item, text) return append(item.params, typed(text)) end
function readers.field(item, text) return append(item.fields, typed(text)) end
function readers.type(item, text) item.type = text end
function readers.private(item) item.private = true end

readers["return"] = function(item, text)
  local type, words = split_type(text)
  return append(item.returns, { type = type, text = words })
end

function readers.class(item, text)
  local name, rest = text:match "^([%w_.]+)(.*)$"
  local words = rest:gsub("^: *([%w_.]+)", "a %1"):gsub("^%s+", "")
  item.class, item.text[1] = name, words ~= "" and words or item.text[1]
end

-- A line behind a tag that is indented goes on with it.
local function read_block(lines)
  local item = { text = {}, params = {}, returns = {}, fields = {} }
  local open
  for _, line in ipairs(lines) do
    local text = line:gsub("^%-%-%-?", "")
    local tag, rest = text:match "^@(%a+)%s*(.*)$"
    if tag then
      open = readers[tag] and readers[tag](item, rest)
    elseif open and text:find "^%s%s%s" then
      open.text = open.text .. " " .. text:match "^%s*(.*)$"
    else
      open = nil
      item.text[#item.text + 1] = text:gsub("^ ", "", 1)
    end
  end
  return item
end

local function words_of(list)
  local words = {}
  for word in list:gmatch "[%w_.]+" do words[#words + 1] = word end
  return words
end

-- What a line of code declares, if it stands at the file's own level.
local function declared(line)
  local name, list = line:match "^function ([%w_.:]+)%((.-)%)"
  if name then return "function", name, words_of(list) end
  list = line:match "^return function%((.-)%)"
  if list then return "function", "", words_of(list) end
  return "value", line:match "^([%a_][%w_.]*) = "
end

-- The file's own are functions that a local name was declared for, and members of a local table marked @private.
-- A class's name stands for its table.
local function add(items, item, line, classes, own)
  local variable, rest = line:match "^local ([%w_]+)(.*)$"
  if variable and (rest == "" or item.private) then own[variable] = true end
  if item.class then
    items[#items + 1] = item
    item.kind, item.name = "class", item.class
    if variable then classes[variable] = item.class end
    return
  end
  local kind, name, parameters = declared(line)
  if not name or item.private or name:find "[.:]__" or kind == "value" and not item.type then return end
  local owner, mark, key = name:match "^([%w_]+)([.:])([%w_]+)$"
  if own[owner or name] then return end
  item.kind, item.parameters, item.key = kind, parameters or {}, key or name
  item.name = owner and (classes[owner] or owner) .. mark .. key or name
  items[#items + 1] = item
end

--- Reads a file.
---@param text string
---@return string[] header lines
---@return Item[] items
function comments.read(text)
  local header, items, block, classes, own = nil, {}, {}, {}, {}
  for line in (text .. "\n"):gmatch "(.-)\n" do
    if line:find "^%-%-" then
      block[#block + 1] = line
    else
      local item = read_block(block)
      if line == "" and not item.class then
        header = header or #item.text > 0 and item.text or nil
      else
        add(items, item, line, classes, own)
      end
      block = {}
    end
  end
  return header or {}, items
end

return comments
