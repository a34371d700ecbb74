-- What a request's URI says: decoding, the query, and the parts of /rest/v3.1/Service/init/method.ext.

local path = {}

local EXTENSIONS = { json = true, xml = true, txt = true }

function path.decode(text, plus)
  if plus then text = text:gsub("+", " ") end
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

---@return string location, table<string, string> query
function path.split(uri)
  local location, raw = uri:match("^([^?]*)%??(.*)$")
  local query = {}
  for pair in raw:gmatch("[^&]+") do
    local name, value = pair:match("^([^=]*)=?(.*)$")
    query[path.decode(name, true)] = path.decode(value, true)
  end
  return location, query
end

---@return string[] segments decoded
function path.segments(location)
  local parts = {}
  for part in location:gmatch("[^/]+") do parts[#parts + 1] = path.decode(part) end
  return parts
end

--- Takes a known extension off the last segment.
---@return string extension "json" if there is none
function path.take_extension(parts)
  local name, extension = (parts[#parts] or ""):match("^(.+)%.(%l+)$")
  if not EXTENSIONS[extension] then return "json" end
  parts[#parts] = name
  return extension
end

return path
