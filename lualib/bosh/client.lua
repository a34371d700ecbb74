--- Who sent a request: a director, or `bosh create-env`, which has one VM and one disk.

local client = {}

--- Whether the client is `bosh create-env`. A director's requests have an id of their own, the CLI's have none.
---@param request Request
---@return boolean
function client.is_create_env(request)
  local context = request.context
  return context.director_uuid ~= nil and context.request_id == nil and request.api_version >= 2
end

return client
