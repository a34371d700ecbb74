-- The API's exceptions: raised as tables, answered as {"error", "code"} with an HTTP status.

local guess  = require "slsim.guess"
local json   = require "core.json"
local path   = require "slsim.path"
local quirks = require "slsim.quirks"

guess("[G]", "an exceeded rate limit answers 429 (500 has been supposed, too) without Retry-After")
guess("[G]", "missing or wrong credentials answer 401 with WWW-Authenticate")
guess("[G]", "a non-static method without an init parameter answers ObjectNotFound")

local errors = {}
local Exception = { __tostring = function(e) return e.code .. ": " .. e.error end }
local PREFIX = "SoftLayer_Exception_"

---@param status integer
---@param code string without the prefix SoftLayer_Exception_; "" for SoftLayer_Exception itself
---@param text string
function errors.new(status, code, text)
  if not code:find("^SoftLayer_Exception") then
    code = code == "" and "SoftLayer_Exception" or PREFIX .. code
  end
  return setmetatable({ status = status, code = code, error = path.text(text) }, Exception)
end

--- The document of an exception. softlayer-go knows "Internal Error" by its bytes, so `error` comes first.
function errors.document(code, text) return ('{"error":%s,"code":%s}'):format(json.encode(text), json.encode(code)) end

---@return boolean
function errors.is(value) return getmetatable(value) == Exception end

--- Raises an exception with status 500 unless another is given.
function errors.raise(code, text, status)
  error(errors.new(status or 500, code, text), 0)
end

function errors.public(text, ...)
  errors.raise("Public", select("#", ...) > 0 and text:format(...) or text)
end

function errors.not_found(init)
  if tostring(init):find("^%d+$") then
    errors.raise("ObjectNotFound", ("Unable to find object with id of '%s'."):format(init), 404)
  end
  errors.raise("ObjectNotFound", ("Unable to find object with unknown identifier of '%s'."):format(init), 404)
end

function errors.no_object(service, method)
  errors.raise("ObjectNotFound",
    ("Object does not exist to execute method on. (SoftLayer_%s::%s)"):format(service, method), 404)
end

function errors.invalid(property, explanation)
  errors.raise("InvalidValue", ("Invalid value provided for '%s'. %s"):format(property, explanation))
end

function errors.bad_request(status) errors.raise("WebService_BadRequest", "Bad request", status or 400) end
function errors.bad_body() errors.bad_request(quirks.on "bad-request-500" and 500 or 400) end
function errors.bad_verb() errors.bad_request(quirks.on "verb-405" and 405 or 400) end
function errors.denied() errors.raise("Public", "Access Denied. ", 401) end
function errors.no_service() errors.raise("Public", "Service does not exist", 404) end

function errors.no_method(name)
  errors.raise("Public", ('Function ("%s") is not a valid method for this service.'):format(name), 404)
end

function errors.rate_limit(per_second)
  errors.raise("WebService_RateLimitExceeded",
    ("Rate limit of %d requests for every 1 second(s) exceeded."):format(per_second), quirks.on "rate-500" and 500 or 429)
end

function errors.is_rate_limit(err) return err.code == PREFIX .. "WebService_RateLimitExceeded" end

return errors
