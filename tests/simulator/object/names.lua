-- How requests to object storage are called, whichever protocol they speak.

local s3_names    = require "slsim.object.s3_names"
local swift_names = require "slsim.object.swift_names"

local names = {}

-- First segments of paths that are no buckets.
local OWN = { rest = true, control = true, metadata = true, identity = true, registry = true, swift = true }

---@param first string? the first segment of a path
function names.is_bucket(first) return not OWN[first] end

---@param text string the URI
---@return table? call service_name, method_name and init; nil if it is no request to object storage
function names.call(verb, text)
  local first = text:match("^/([^/?]*)")
  if names.is_bucket(first) then return s3_names.call(s3_names.understood(verb, text)) end
  local request = first == "swift" and swift_names.understood(verb, text)
  return request and swift_names.call(request) or nil
end

return names
