--- What is kept of the API's description (/metadata/v3.1), which is many megabytes of JSON: an entry for each type,
--- with what it adds to its base, on a line of its own.
---
---     Account Virtual_Guest …                      the services
---     SoftLayer_Virtual_Guest {"base":…, …}        a type each
---
--- The document is decoded type by type: as a whole it would not fit into a request's memory.

local errors = require "errors"
local json = require "core.json"

local reduction = {}

local LONGEST = 400 -- bytes of a text

---@class ApiEntry
---@field base string? the type that it extends
---@field service boolean?
---@field doc string?
---@field methods table<string, ApiMethod>?
---@field properties table<string, string[]>? type with "[]" for a list, form, text

-- Behind a string whose content begins at `at`.
local function string_end(text, at)
  local found = text:find('["\\]', at)
  while found and text:byte(found) == 92 do found = text:find('["\\]', found + 2) end
  return found and found + 1
end

-- Where the object ends that begins at `at`.
local function object_end(text, at)
  local depth = 0
  repeat
    local found, _, char = text:find('(["{}])', at)
    if not found then return nil end
    at = char == '"' and string_end(text, found + 1) or found + 1
    if char ~= '"' then depth = depth + (char == "{" and 1 or -1) end
  until depth == 0
  return at - 1
end

-- The name of the next member as it is written, and where its object begins.
local function next_member(text, at)
  local first = text:match('^[%s,]*"()', at)
  local behind = first and string_end(text, first)
  local value = behind and text:match("^%s*:%s*(){", behind)
  if value then return text:sub(first, behind - 2), value end
end

-- The members of the outermost object, all of them objects. Raises at what is none.
local function members(text)
  local at = text:match "^%s*{()" or #text + 1
  return function()
    if text:find("^%s*}%s*$", at) then return nil end
    local name, first = next_member(text, at)
    local last = first and object_end(text, first)
    if not last then error(errors.cloud "the API's description of itself is no object of objects", 0) end
    local value, complaint = json.decode(text:sub(first, last))
    if not value then error(errors.cloud("the API's description of %s: %s", name, complaint), 0) end
    at = last + 1
    return name, value
  end
end

-- The first paragraph, without markup.
local function paragraph(value)
  if type(value) ~= "string" then return nil end
  local text = value:gsub("%[%[([^%]|]*)|?([^%]]*)%]%]", function(target, label)
    return label ~= "" and label or target:gsub(" %(type%)$", "")
  end):gsub("<[^>]*>", "")
  text = text:gsub("^%s+", ""):gsub("\n%s*\n.*$", ""):gsub("[%s%c]+", " "):gsub(" $", "")
  if #text > LONGEST then text = (text:sub(1, LONGEST):match "^(.*) " or "") .. " …" end
  return text ~= "" and text or nil
end

local function is_name(value) return type(value) == "string" and value:find "^[%a_][%w_]*$" ~= nil end

-- "SoftLayer_Virtual_Guest[]".
local function type_of(described)
  return is_name(described.type) and described.type .. (described.typeArray == true and "[]" or "") or "?"
end

-- What can be walked of something that ought to be a table.
local function entries(value)
  if type(value) ~= "table" then return pairs {} end
  return pairs(value)
end

local function parameters_of(described)
  local list = {}
  for i, parameter in entries(described.parameters) do
    if type(parameter) == "table" and is_name(parameter.name) and math.type(i) then
      list[#list + 1] = { name = parameter.name, type = type_of(parameter),
        optional = parameter.defaultValue ~= nil or nil }
    end
  end
  return list[1] and list
end

local function methods_of(described)
  local methods = {}
  for name, method in entries(described.methods) do
    if is_name(name) and type(method) == "table" then
      methods[name] = { returns = type_of(method), static = method.static == true or nil,
        doc = paragraph(method.doc), parameters = parameters_of(method) or nil }
    end
  end
  return next(methods) and methods
end

-- The text of a relation is that of its getter; others nobody asks for.
local function properties_of(described)
  local properties = {}
  for name, property in entries(described.properties) do
    if is_name(name) and type(property) == "table" then
      local form = is_name(property.form) and property.form or "local"
      properties[name] = { type_of(property), form, form == "relational" and paragraph(property.doc) or nil }
    end
  end
  return next(properties) and properties
end

local function reduced(described)
  local base = described.base
  return {
    base = is_name(base) and base ~= "SoftLayer_Entity" and base or nil,
    service = described.noservice ~= true or nil,
    doc = paragraph(described.serviceDoc or described.typeDoc),
    methods = methods_of(described) or nil, properties = properties_of(described) or nil,
  }
end

local function lines_of(text)
  local services, lines = {}, {}
  for name, described in members(text) do
    if is_name(name) then
      local entry = reduced(described)
      lines[#lines + 1] = ("%s %s"):format(name, assert(json.encode(entry)))
      services[#services + 1] = entry.service and name:match "^SoftLayer_(.+)$"
    end
  end
  table.sort(services)
  return services, lines
end

local function assembled(done, services, lines)
  if not done then return nil, errors.wrap(services) end
  if #services == 0 then return nil, errors.cloud "the API's description of itself names no service" end
  return ("%s\n%s\n"):format(table.concat(services, " "), table.concat(lines, "\n"))
end

--- The reduced form of a document.
---@param text string as the API serves it
---@return string? reduced
---@return Error? err it is no such document
function reduction.of(text)
  return assembled(pcall(lines_of, text)) -- a tail call: the text may be collected by then
end

--- The names of the services, sorted, without "SoftLayer_".
---@param text string the reduced form
---@return string[]
function reduction.services(text)
  local names = {}
  for name in text:match("^[^\n]*"):gmatch "%S+" do names[#names + 1] = name end
  return names
end

--- What is said of one type.
---@param text string the reduced form
---@param name string with "SoftLayer_"
---@return ApiEntry?
function reduction.entry(text, name)
  local _, before = text:find(("\n%s "):format(name), 1, true)
  return before and json.decode(text:match("^[^\n]*", before + 1))
end

return reduction
