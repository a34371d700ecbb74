--- Who sent a request: a director, or `bosh create-env`, which has one VM and one disk.

local client = {}

--- Whether the client is `bosh create-env`, whose requests always tell of a stemcell and have no id of their own. A
--- director's have one, and those of `slcpi call` tell of no stemcell.
---@param request Request
---@return boolean
function client.is_create_env(request)
  local context = request.context
  local tells_stemcell = type(context.vm) == "table" and type(context.vm.stemcell) == "table"
  return context.director_uuid ~= nil and not client.is_director(request) and tells_stemcell
    and request.api_version >= 2
end

--- Whether the client is a director: people's calls and the CLI's have no id.
---@param request Request
---@return boolean
function client.is_director(request) return request.context.request_id ~= nil end

return client
