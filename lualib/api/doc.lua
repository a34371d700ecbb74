--- What `:doc` says of a service or of one of its methods.

local class = require "softlayer.class"
local errors = require "errors"
local nearest = require "nearest"

local doc = {}

local WIDTH = 100
local CLASSES = {
  read = "read: changes nothing; repeated freely",
  write = "write: repeating it has the effect of doing it once",
  order = "order: may buy or make something each time; sent once",
}

local function short(type) return (type:gsub("SoftLayer_", "")) end

--- A method in one line: `createObject(templateObject: Virtual_Guest) → Virtual_Guest`.
---@param name string
---@param method ApiMethod
---@return string
function doc.signature(name, method)
  local parameters = {}
  for i, parameter in ipairs(method.parameters) do
    parameters[i] = ("%s%s: %s"):format(parameter.name, parameter.optional and "?" or "", short(parameter.type))
  end
  return ("%s(%s) → %s"):format(name, table.concat(parameters, ", "), short(method.returns))
end

-- Lines of whole words.
local function wrapped(text)
  local lines, line = {}, ""
  for word in text:gmatch "%S+" do
    if line ~= "" and #line + #word >= WIDTH then
      lines[#lines + 1], line = line, ""
    end
    line = line == "" and word or line .. " " .. word
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n")
end

local function no_such(what, name, names)
  local meant = nearest(name, names)
  return nil, errors.cpi("there is no %s '%s'%s", what, name, meant and (", but " .. meant) or "")
end

local function of_service(api, service)
  local methods = {}
  for i, name in ipairs(api:methods(service)) do methods[i] = name end
  return ("SoftLayer_%s\n\n%s\n\nMethods:\n%s\n"):format(service, wrapped(api:about(service) or "No text."),
    wrapped(table.concat(methods, " ")))
end

local function of_method(service, name, method)
  local lines = { ("SoftLayer_%s::%s\n"):format(service, name), "  " .. doc.signature(name, method), "" }
  for _, parameter in ipairs(method.parameters) do
    lines[#lines + 1] = ("  %-20s %s%s"):format(parameter.name, parameter.type,
      parameter.optional and ", optional" or "")
  end
  lines[#lines + 1] = ("  %-20s %s"):format("returns", method.returns)
  if method.static then lines[#lines + 1] = ("  %-20s %s"):format("static", "called without an id") end
  lines[#lines + 1] = ("  %-20s %s\n"):format("class", CLASSES[class(name)])
  lines[#lines + 1] = wrapped(method.doc or "No text.")
  return table.concat(lines, "\n") .. "\n"
end

--- The text for "Virtual_Guest.createObject" or "Virtual_Guest", however the service is spelt.
---@param api Api
---@param subject string
---@return string? text
---@return Error? err names what may have been meant
function doc.text(api, subject)
  local plain = subject:gsub("^%s+", ""):gsub("%s+$", ""):gsub("^sl%.", ""):gsub("^SoftLayer_", "")
  local service, name = plain:match "^([%w_]+)[.:]*([%w_]*)$"
  if not service then return nil, errors.cpi "name a service or a method, such as Virtual_Guest.createObject" end
  if not api:type_of(service) then return no_such("service", service, api:services()) end
  if name == "" then return of_service(api, service) end
  local method = api:method(service, name)
  if not method then return no_such("method", name, api:methods(service)) end
  return of_method(service, name, method)
end

return doc
