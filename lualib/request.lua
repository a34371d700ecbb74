--- The request document of a director: method, arguments, context, api_version.

local errors = require "errors"
local json = require "core.json"

local request = {}

local API_VERSION = 3 -- the highest CPI API version that directors speak
local METHOD = "^%l[%l%d_]*$"

--- What is wrong with a decoded request; nil when nothing is.
---@param document any
---@return Error?
function request.check(document)
  if type(document) ~= "table" or json.is_array(document) then return errors.cpi("Must provide valid JSON payload") end
  if type(document.method) ~= "string" or document.method == "" then return errors.cpi("Must provide method key") end
  if type(document.arguments) ~= "table" or not json.is_array(document.arguments) then
    return errors.cpi("Must provide arguments key: a JSON array")
  end
  if document.context ~= nil and (type(document.context) ~= "table" or json.is_array(document.context)) then
    return errors.cpi("context must be a JSON object")
  end
  local version = document.api_version
  if version ~= nil and (math.type(version) ~= "integer" or version < 1) then
    return errors.cpi("api_version must be 1, 2 or 3")
  end
  if version and version > API_VERSION then
    return errors.cpi("CPI API version %d is not supported; the highest one is %d", version, API_VERSION)
  end
  if not document.method:find(METHOD) then
    return errors.not_implemented("Must call implemented method: '%s' is no method's name", document.method)
  end
end

--- Decodes a request; null members of its context are absent.
---@param text string
---@return table? document
---@return Error? err
function request.parse(text)
  local document, message = json.decode(text)
  if document == nil then return nil, errors.cpi("Must provide valid JSON payload: %s", message) end
  local err = request.check(document)
  if err then return nil, err end
  document.context = document.context or {}
  for name, value in pairs(document.context) do
    if value == json.null then document.context[name] = nil end
  end
  return document
end

return request
