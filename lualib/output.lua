--- Values as text.

local json = require "core.json"

local output = {}

--- A value as pretty JSON.
---@param value any
---@param options { format: string, width: integer?, colour: boolean?, unicode: boolean? }
---@return string? text
---@return string? message
function output.render(value, options) -- luacheck: ignore options
  return json.encode(value, { pretty = true })
end

return output
