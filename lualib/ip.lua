--- IPv4 addresses as numbers.

local ip = {}

--- An address as a number.
---@param text any "10.112.39.2"
---@return integer? nil for anything else
function ip.number(text)
  if type(text) ~= "string" then return nil end
  local number, parts = 0, { text:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$") }
  for _, part in ipairs(parts) do
    local byte = tonumber(part)
    if #part > 3 or byte > 255 then return nil end
    number = number << 8 | byte
  end
  return #parts == 4 and number or nil
end

--- Whether two addresses are in one subnet of that netmask.
---@param a string
---@param b string
---@param netmask string
---@return boolean
function ip.same(a, b, netmask)
  local mask = ip.number(netmask)
  return ip.number(a) & mask == ip.number(b) & mask
end

return ip
