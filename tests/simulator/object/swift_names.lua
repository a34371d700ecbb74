-- What Swift requests are called: /swift/auth/v1.0 and /swift/v1/<account>/<container>/<object>.

local path = require "slsim.path"
local uri  = require "slsim.object.uri"

local names = {}

local NAMES = {
  ["account GET"] = "listContainers", ["account HEAD"] = "headAccount",
  ["container PUT"] = "putContainer", ["container POST"] = "postContainer", ["container HEAD"] = "headContainer",
  ["container GET"] = "listObjects", ["container DELETE"] = "deleteContainer",
  ["object PUT"] = "putObject", ["object POST"] = "postObject", ["object GET"] = "getObject", ["object HEAD"] = "headObject",
  ["object DELETE"] = "deleteObject",
}

local function level_of(request)
  if request.key ~= "" then return "object" end
  return request.container ~= "" and "container" or "account"
end

---@param text string the URI
---@return table? request { verb, location, query, account?, container, key, name? }; nil if Swift has no such path
function names.understood(verb, text)
  local location, raw = uri.split(text)
  local request = { verb = verb, location = location, query = uri.parameters(raw), container = "", key = "" }
  if location:find("^/swift/auth/v1%.0/?$") then
    request.name = verb == "GET" and "auth" or nil
    return request
  end
  local account, rest = location:match("^/swift/v1/([^/]+)/?(.*)$")
  if not account then return nil end
  local container, key = rest:match("^([^/]*)/?(.*)$")
  request.account, request.container, request.key = path.decode(account), path.decode(container), path.decode(key)
  request.name = NAMES[level_of(request) .. " " .. verb]
  return request
end

--- How a request is called in the journal and in fault rules.
---@param request table from names.understood
function names.call(request)
  return { service_name = "Swift", method_name = request.name or "unknown", verb = request.verb, nth = 1,
    init = request.key ~= "" and request.container .. "/" .. request.key or request.container }
end

return names
