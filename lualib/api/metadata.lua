--- What the API says of itself: its services, their methods, and the properties of its types. Fetched from the
--- endpoint without credentials, and kept for a week in the account's state directory; without a network, longer.
---
---     local metadata = require "api.metadata"
---     local api, err = metadata.open(metadata.source(config, directory, "slcpi/1"))
---     api:method("Virtual_Guest", "getObject").returns  --> "SoftLayer_Virtual_Guest"

local errors = require "errors"
local log = require "core.log"
local reduction = require "api.reduction"
local sys = require "core.sys"

local metadata = {}

local PREFIX = "SoftLayer_"
local AGE = 7 * 86400 -- seconds
local PATIENCE = { connect = 5, all = 60 } -- seconds; somebody sits at the prompt
local LARGEST = 32 << 20 -- bytes
local HEAD = "slcpi-api 1 %d %d\n" -- when it was fetched, and the bytes that follow
local READ_HEAD = "^slcpi%-api 1 (%d+) (%d+)\n()"

---@class ApiMethod
---@field parameters { name: string, type: string, optional: boolean? }[]
---@field returns string "SoftLayer_Virtual_Guest[]"
---@field static boolean
---@field doc string? the first paragraph

---@class ApiProperty
---@field name string
---@field type string of one of them, if it is a list
---@field list boolean
---@field form "local"|"relational"|"count"

---@class Api
---@field stale Error? why an old description is used
local Api = {}
Api.__index = Api

local function type_name(service) return PREFIX .. service end

local function sorted_names(map)
  local names = {}
  for name in pairs(map) do names[#names + 1] = name end
  table.sort(names)
  return names
end

local function getter_of(property) return "get" .. property:sub(1, 1):upper() .. property:sub(2) end

local function element(type)
  local one = type:match "^(.*)%[%]$"
  return one or type, one ~= nil
end

-- Computes once what `make` gives for a name.
local function remembered(known, name, make)
  if known[name] == nil then known[name] = make() end
  return known[name]
end

---@private
function Api:entry(type)
  return remembered(self.entries, type, function() return reduction.entry(self.text, type) or false end)
end

-- What a type is made of, its farthest base first.
---@private
function Api:lineage(type)
  local list, seen = {}, {}
  while type and not seen[type] do
    seen[type] = true
    local entry = self:entry(type)
    if entry then table.insert(list, 1, entry) end
    type = entry and entry.base
  end
  return list
end

local function add_getters(methods, properties)
  for name, property in pairs(properties or {}) do
    if property[2] == "relational" then methods[getter_of(name)] = { returns = property[1], doc = property[3] } end
  end
end

-- A relation's getter is not in the document.
local function methods_of(lineage)
  local methods = {}
  if not lineage[1] or not lineage[#lineage].service then return methods end
  for _, entry in ipairs(lineage) do
    add_getters(methods, entry.properties)
    for name, method in pairs(entry.methods or {}) do methods[name] = method end
  end
  for _, method in pairs(methods) do
    method.parameters, method.static = method.parameters or {}, method.static == true
  end
  return methods
end

local function properties_of(lineage)
  local map = {}
  for _, entry in ipairs(lineage) do
    for name, property in pairs(entry.properties or {}) do
      local type, list = element(property[1])
      map[name] = { name = name, type = type, list = list, form = property[2] }
    end
  end
  return map
end

---@private
function Api:methods_by_name(service)
  return remembered(self.known_methods, service, function() return methods_of(self:lineage(type_name(service))) end)
end

--- The names of all services, sorted, without "SoftLayer_".
---@return string[]
function Api:services() return self.names end

--- The names of a service's methods, sorted; none if there is no such service.
---@param service string "Virtual_Guest"
---@return string[]
function Api:methods(service)
  return remembered(self.method_names, service, function() return sorted_names(self:methods_by_name(service)) end)
end

--- One method.
---@param service string
---@param name string
---@return ApiMethod?
function Api:method(service, name) return self:methods_by_name(service)[name] end

---@private
function Api:properties_by_name(type)
  return remembered(self.known_properties, type, function() return properties_of(self:lineage(type)) end)
end

--- The names of a type's properties with those of its bases, sorted; none if there is no such type.
---@param type string "SoftLayer_Virtual_Guest"
---@return string[]
function Api:property_names(type)
  return remembered(self.known_names, type, function() return sorted_names(self:properties_by_name(type)) end)
end

--- One property.
---@param type string
---@param name string
---@return ApiProperty?
function Api:property(type, name) return self:properties_by_name(type)[name] end

--- All of them, sorted by name.
---@param type string
---@return ApiProperty[]
function Api:properties(type)
  local list = {}
  for i, name in ipairs(self:property_names(type)) do list[i] = self:property(type, name) end
  return list
end

--- The type of a service's objects; nil if there is no such service.
---@param service string
---@return string?
function Api:type_of(service)
  local entry = self:entry(type_name(service))
  return entry and entry.service and type_name(service) or nil
end

--- What the API says of a service.
---@param service string
---@return string? doc the first paragraph
function Api:about(service)
  local entry = self:entry(type_name(service))
  return entry and entry.doc or nil
end

local function api_of(text, stale)
  return setmetatable({ text = text, names = reduction.services(text), stale = stale, entries = {},
    known_methods = {}, method_names = {}, known_properties = {}, known_names = {} }, Api)
end

local function read(path)
  local text = path and sys.read(path, LARGEST) or ""
  local at, bytes, first = text:match(READ_HEAD)
  if not at or #text - first + 1 ~= tonumber(bytes) then return nil end
  return text:sub(first), sys.now() - tonumber(at)
end

local function keep(path, text)
  local done, message = sys.write_atomic(path, HEAD:format(math.floor(sys.now()), #text) .. text)
  if not done then log.warn("the API's description is not kept: %s", message) end
end

local function fetch(options)
  local document, err = options.fetch()
  if not document then return nil, err end
  return reduction.of(document)
end

--- The API's description: the kept one for a week, then a new one, or the old one if there is none to be had.
---@param options { fetch: (fun(): string?, Error?), path: string? }
---@return Api? api
---@return Error? err
function metadata.open(options)
  local kept, age = read(options.path)
  if kept and age >= 0 and age < AGE then return api_of(kept) end
  local text, err = fetch(options)
  if not text and kept then return api_of(kept, err) end
  if not text then return nil, err end
  if options.path then keep(options.path, text) end
  return api_of(text)
end

local function ask(options)
  local http = require "core.http" -- loads libcurl; the kept description needs none
  local client, complaint = http.client { ca_file = options.ca_file, proxy = options.proxy,
    user_agent = options.user_agent, connect_timeout = PATIENCE.connect }
  if not client then return nil, errors.cloud("%s", complaint.message) end
  local open <close> = client
  local answer = open:send({ { url = options.url, timeout = PATIENCE.all, max_bytes = LARGEST } })[1]
  if answer.err then return nil, errors.cloud("the API's description cannot be had: %s", answer.err.message) end
  if answer.status ~= 200 then
    return nil, errors.cloud("the API's description cannot be had: HTTP %d", answer.status)
  end
  return answer.body
end

--- What metadata.open needs for the account of a configuration: the document is at the endpoint's host.
---@param config table
---@param directory string? the account's, for what is kept
---@param user_agent string
---@return { fetch: (fun(): string?, Error?), path: string? } options
function metadata.source(config, directory, user_agent)
  local settings, place = config.engine, config.softlayer.endpoint:match "^%a+://[^/]+"
  return {
    path = directory and directory .. "/api-description" or nil,
    fetch = function()
      return ask { url = place .. "/metadata/v3.1", ca_file = settings.ca_file, proxy = settings.proxy,
        user_agent = user_agent }
    end,
  }
end

return metadata
