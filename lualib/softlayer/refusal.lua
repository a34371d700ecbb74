--- What the API's exceptions mean for a repetition of the same call. The API distinguishes its
--- refusals by `code`, and those that it calls "Public" only by their text, so the texts that matter
--- stand here and nowhere else.

local refusal = {}

-- The call was not carried out and may be in a moment.
local transient_codes = {
  SoftLayer_Exception_WebService_RateLimitExceeded = true,
}

-- Trouble inside the API: the answer says nothing about the call.
local inner_trouble = { "^Internal Error$", "^WSDL", "SOAP%-ERROR" }

local active_transaction = "active transaction"

---@param err Error of kind "api"
---@return boolean turned_away the API did not look at the call
function refusal.turned_away(err)
  return err.kind == "api" and (transient_codes[err.code] or err.status == 429)
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

local no_room_codes = {
  SoftLayer_Exception_Virtual_Host_Pool_InsufficientCapacity = true,
  SoftLayer_Exception_Virtual_Host_Pool_InsufficientResources = true,
}
local no_room_words = { "insufficient capacity", "insufficient resources", "not have enough capacity" }

--- Nothing was ordered because there is no room: behind a router, on a host, for transient guests. The same
--- order placed elsewhere may do.
---@param err Error
---@return boolean
function refusal.no_room(err)
  if err.kind ~= "api" then return false end
  if no_room_codes[err.code] then return true end
  for _, words in ipairs(no_room_words) do
    if err.words:lower():find(words, 1, true) then return true end
  end
  return false
end

--- The API does not offer this method on this object yet (a guest that was just ordered).
---@param err Error
---@return boolean
function refusal.not_yet(err)
  return err.code == "SoftLayer_Exception_NotImplemented"
end

return refusal
