--- The seam to HTTP servers other than the API: one request goes out, one answer comes back.

local exchange = {}

local tap

--- Has every exchange go through a function, or through none.
---@param through (fun(request: table, send: fun(): table): table)?
function exchange.tap(through) tap = through end

--- Sends one request by that client, through what listens.
---@param client core.http.client
---@param request table
---@return table answer
function exchange.send(client, request)
  local function send() return client:send({ request })[1] end
  if tap then return tap(request, send) end
  return send()
end

return exchange
