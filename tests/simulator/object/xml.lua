-- S3's documents: written from nested lists, read by the names of elements.

local xml = {}

local WRITTEN = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }
local READ = { amp = "&", lt = "<", gt = ">", quot = '"', apos = "'" }
local NAMESPACE = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'

--- An element with a text, a number, or a list of elements in it.
---@return string
function xml.element(name, inner)
  local text = type(inner) == "table" and table.concat(inner) or tostring(inner):gsub('[&<>"]', WRITTEN)
  return ("<%s>%s</%s>"):format(name, text, name)
end

---@param plain boolean? without S3's name space, as errors are
---@return string
function xml.document(name, children, plain)
  return ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?><%s%s>%s</%s>'):format(name, plain and "" or NAMESPACE,
    table.concat(children), name)
end

local function unescaped(text)
  text = text:gsub("&#(x?)(%x+);", function(hex, digits) return utf8.char(tonumber(digits, hex == "x" and 16 or 10)) end)
  return (text:gsub("&(%a+);", READ))
end

--- The text of the first element of that name.
---@return string?
function xml.text(document, name)
  local inner = document:match("<" .. name .. "[^>]*>%s*(.-)%s*</" .. name .. ">")
  return inner and unescaped(inner)
end

--- What stands in each element of that name.
---@return string[]
function xml.all(document, name)
  local list = {}
  for inner in document:gmatch("<" .. name .. "[ \t\r\n]*>(.-)</" .. name .. ">") do list[#list + 1] = inner end
  return list
end

return xml
