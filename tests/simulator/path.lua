-- What a request's URI says: decoding, the query, and the parts of /rest/v3.1/Service/init/method.ext.

local path = {}

local EXTENSIONS = { json = true, xml = true, txt = true }

--- The text with U+FFFD for what is no UTF-8: it may end in an answer or in the journal.
---@param bytes string?
function path.text(bytes)
  if not bytes or utf8.len(bytes) then return bytes end
  return (bytes:gsub("[\x80-\xff]", "\u{fffd}"))
end

function path.decode(text, plus)
  if plus then text = text:gsub("+", " ") end
  return path.text((text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end)))
end

---@return string location, table<string, string> query
function path.split(uri)
  local location, raw = path.text(uri):match("^([^?]*)%??(.*)$")
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
