--- What specs put into slsim's object storage before the API reads it.

local json = require "core.json"
local raw  = require "support.raw"

local objects = {}

local FORM = { ["Content-Type"] = "application/x-www-form-urlencoded" }
local GRANT = "grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey&apikey="

local function request(url, verb, headers, body)
  local answer = raw.send(url, ("%s %s HTTP/1.1"):format(verb, url:match("//[^/]+(.*)$")), headers, body)
  assert(answer.status < 300, answer.body)
  return answer
end

--- An access token of slsim's IAM.
---@param key string?
---@return string
function objects.token(sim, key)
  local answer = request(sim.iam, "POST", FORM, GRANT .. (key or "sim-iam-key"))
  return assert(json.decode(answer.body)).access_token
end

--- Puts an object into COS, or does something else to it.
---@param at string "bucket/key"
---@param verb string?
---@param headers table<string, string>?
function objects.cos(sim, at, body, verb, headers)
  local all = { Authorization = "Bearer " .. objects.token(sim) }
  for name, value in pairs(headers or {}) do all[name] = value end
  return request(sim.cos .. "/" .. at, verb or "PUT", all, body or "")
end

--- Swift's storage URL and a token for it.
---@return string url, string token
function objects.swift_session(sim)
  local answer = request(sim.swift, "GET", { ["X-Auth-User"] = "SLOS278444-1:sim", ["X-Auth-Key"] = "sim-api-key" })
  return answer.headers["x-storage-url"], answer.headers["x-auth-token"]
end

--- Puts an object into Swift, and its container, or does something else to it.
---@param at string "container/key"
---@param headers table<string, string>?
---@param verb string?
function objects.swift(sim, at, body, headers, verb)
  local url, token = objects.swift_session(sim)
  local all = { ["X-Auth-Token"] = token }
  request(url .. "/" .. at:match("^[^/]+"), "PUT", all, "")
  for name, value in pairs(headers or {}) do all[name] = value end
  return request(url .. "/" .. at, verb or "PUT", all, body or "")
end

--- A VHD without blocks: its footer, twice.
---@param gigabytes integer
---@return string
function objects.vhd(gigabytes)
  local size = gigabytes << 30
  local footer = string.pack(">c8I4I4I8I4c4I4I4I8I8", "conectix", 2, 0x10000, 512, 0, "spec", 0, 0, size, size)
  footer = footer .. ("\0"):rep(512 - #footer)
  return footer .. ("\0"):rep(1024) .. footer
end

return objects
