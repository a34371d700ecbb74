--- The part of XML that object storage answers in: elements with text or elements in them. Attributes are passed over;
--- whatever has a document type is refused, so that nothing in it can expand.

local xml = {}

local ENTITIES = { amp = "&", lt = "<", gt = ">", quot = '"', apos = "'" }
local DEEPEST = 20

---@class Element
---@field name string without its prefix
---@field text string what is directly in it, without spaces around it
---@field [integer] Element

local function unescape(text)
  return (text:gsub("&(#?)(x?)(%w+);", function(number, hex, name)
    local code = number ~= "" and tonumber(name, hex ~= "" and 16 or 10)
    if number == "" then return ENTITIES[hex .. name] end
    return code and code < 0x110000 and utf8.char(code) or nil
  end))
end

local function local_name(tag) return tag:match "^[%w_.-]+:([%w_.-]+)$" or tag:match "^[%w_.-]+$" end

local function close(stack, name)
  local top = table.remove(stack)
  if #stack == 0 or top.name ~= name then return nil, ("</%s> closes nothing"):format(name) end
  top.text = unescape(top.text):match "^%s*(.-)%s*$"
  return true
end

local function open(stack, name, empty)
  if #stack > DEEPEST then return nil, "elements are nested too deep" end
  local element = { name = name, text = "" }
  table.insert(stack[#stack], element)
  if not empty then stack[#stack + 1] = element end
  return true
end

-- One tag; declarations and comments are gone already.
local function tag(stack, inner)
  local ends, name, rest = inner:match "^(/?)([%w_.:-]+)(.*)$"
  name = name and local_name(name)
  if not name then return nil, ("<%s> is no element"):format(inner:sub(1, 40)) end
  if ends == "/" then return close(stack, name) end
  return open(stack, name, rest:find "/$" ~= nil)
end

--- Reads a document.
---@param text string
---@return Element? root
---@return string? message
function xml.parse(text)
  if text:find "<!DOCTYPE" or text:find "<!%[CDATA" then return nil, "it has a document type or CDATA" end
  text = text:gsub("<!%-%-.-%-%->", ""):gsub("<%?.-%?>", "")
  local root, at = { name = "", text = "" }, 1
  local stack = { root }
  while true do
    local from, to, inner = text:find("<([^<>]*)>", at)
    local top, between = stack[#stack], text:sub(at, (from or 0) - 1)
    if between:find "<" then return nil, "a < is no tag" end
    top.text = top.text .. between
    if not from then break end
    local ok, message = tag(stack, inner)
    if not ok then return nil, message end
    at = to + 1
  end
  if #stack > 1 or #root ~= 1 or root.text:find "%S" then return nil, "it is no whole document" end
  return root[1]
end

--- The text of an element's child of that name; nil: there is none.
---@param element Element
---@param name string
---@return string?
function xml.text(element, name)
  for _, child in ipairs(element) do
    if child.name == name then return child.text end
  end
end

--- The children of that name.
---@param element Element
---@param name string
---@return Element[]
function xml.all(element, name)
  local found = {}
  for _, child in ipairs(element) do
    if child.name == name then found[#found + 1] = child end
  end
  return found
end

return xml
