--- What the API's exceptions mean for a repetition of the same call. The API distinguishes its
--- refusals by `code`, and those that it calls "Public" only by their text, so the texts that matter
--- stand here and nowhere else.

local refusal = {}

-- What no repetition changes: somebody must change the request, the account or the user first. The API says
-- it by code or, as most, by text alone.
local permanent = {
  capacity = { "[Ii]nsufficient resources", "[Ii]nsufficient capacity", "not have enough capacity",
    "_InsufficientCapacity$", "_InsufficientResources$" },
  quota = { "exceeds? the limit", "limit of .+ volumes", "maximum number of" },
  price = { "is not valid for location", "Price does not have an id", "^Unable to find price", "_Order_Item_Invalid$",
    "_Order_InvalidLocation$" },
  name = { "_InvalidHostname$" },
  value = { "_InvalidValue$", "_MissingCreationProperty$" },
  permission = { "must be ordered with permission", "do not have permission", "^Access Denied" },
}

local RATE_LIMIT = "SoftLayer_Exception_WebService_RateLimitExceeded"

-- Trouble inside the API: the answer says nothing about the call.
local inner_trouble = { "^Internal Error$", "^WSDL", "SOAP%-ERROR" }

local active_transaction = "active transaction"

--- There were too many calls. (The code also came with status 500, and a gateway sends the status alone.)
---@param err Error
---@return boolean
function refusal.rate_limited(err)
  return err.code == RATE_LIMIT or err.status == 429
end

--- The API did not look at the call.
---@param err Error of kind "api"
---@return boolean
function refusal.turned_away(err)
  return err.kind == "api" and refusal.rate_limited(err)
end

local function one_of(patterns, err)
  for _, pattern in ipairs(patterns) do
    if err.words:find(pattern) or (err.code or ""):find(pattern) then return true end
  end
  return false
end

--- Why the same call is refused for as long as nobody changes something; nil for other errors.
---@param err Error
---@return "capacity"|"quota"|"price"|"name"|"value"|"permission"|nil reason
function refusal.permanent(err)
  if err.kind ~= "api" or refusal.says_nothing(err) or refusal.rate_limited(err) then return nil end
  for reason, patterns in pairs(permanent) do
    if one_of(patterns, err) then return reason end
  end
  return nil
end

--- The IAM token has ended; nothing was done.
---@param err Error
---@return boolean
function refusal.expired_token(err)
  return err.code == "SoftLayer_Exception_Account_Authentication_AccessTokenValidation"
end

--- True when the error tells nothing about whether the call was carried out.
---@param err Error
---@return boolean
function refusal.says_nothing(err)
  if err.kind ~= "api" then return err.kind == "transport" or err.kind == "timeout" end
  for _, pattern in ipairs(inner_trouble) do
    if err.words:find(pattern) then return true end
  end
  return err.status == 408 or err.status == 504
end

--- The object does not exist, or the user may not see it (the API does not say which).
---@param err Error
---@return boolean
function refusal.not_found(err)
  return err.code == "SoftLayer_Exception_ObjectNotFound"
end

--- The object is busy with a transaction; the same call may work when that has ended.
---@param err Error
---@return boolean
function refusal.busy(err)
  if err.code == "SoftLayer_Exception_NotReady" then return true end
  return err.kind == "api" and err.words:find(active_transaction, 1, true) ~= nil
end

local volume_codes = {
  SoftLayer_Exception_Network_Storage_BlockingOperationInProgress = true,
  SoftLayer_Exception_Network_Storage_Group_MassAccessControlModification = true,
}
local volume_words = { "not yet ready for mount", "after Volume Provisioning is complete" }

--- The volume is being provisioned or changed; the same call may work when that has ended.
---@param err Error
---@return boolean
function refusal.volume_busy(err)
  if err.kind ~= "api" then return false end
  if volume_codes[err.code] or refusal.busy(err) then return true end
  for _, words in ipairs(volume_words) do
    if err.words:find(words, 1, true) then return true end
  end
  return false
end

local nothing_to_cancel = { "billing item is required to process a cancellation", "No billing item is found to cancel" }

--- Nothing is left to cancel.
---@param err Error
---@return boolean
function refusal.already_cancelled(err)
  for _, words in ipairs(nothing_to_cancel) do
    if err.kind == "api" and err.words:find(words, 1, true) then return true end
  end
  return false
end

--- The volume is as it was asked to become.
---@param err Error
---@return boolean
function refusal.already_so(err)
  return err.kind == "api" and err.words:find("A current price was provided for the upgrade order", 1, true) ~= nil
end

--- The account has this SSH key.
---@param err Error
---@return boolean
function refusal.key_exists(err)
  return err.kind == "api" and err.words:find("SSH key already exists", 1, true) ~= nil
end

--- Nothing was ordered because there is no room: behind a router, on a host, for transient guests. The same
--- order placed elsewhere may do.
---@param err Error
---@return boolean
function refusal.no_room(err)
  return refusal.permanent(err) == "capacity"
end

--- The API does not offer this method on this object yet (a guest that was just ordered).
---@param err Error
---@return boolean
function refusal.not_yet(err)
  return err.code == "SoftLayer_Exception_NotImplemented"
end

return refusal
