--- What was asked: of the API or the registry, now and in a recording, and how the two differ.

local disguise = require "tape.disguise"
local json = require "core.json"
local log = require "core.log"
local sys = require "core.sys"

local talk = {}

local LONGEST = 160 -- characters of a value that is shown
local SHOWN = 5 -- differences

--- A call of the API as a recording has it, but for its secrets.
---@param call table see session.lua
---@return table
function talk.of_call(call)
  local args
  if call.args and call.args.n > 0 then
    args = json.array {}
    for i = 1, call.args.n do args[i] = call.args[i] == nil and json.null or call.args[i] end
  end
  return { service = call.service, method = call.method, id = call.id and tostring(call.id), args = args,
    mask = call.mask, filter = call.filter, offset = call.offset, limit = call.limit }
end

local LARGEST = 65536 -- bytes of a body; a part of a disk has more, and is no text

--- A request to the registry or to object storage, likewise.
---@param request table see core.http
---@return table
function talk.of_request(request)
  local body = request.body
  if body and #body > LARGEST then body = "sha256 " .. sys.sha256(body) end
  return { method = request.method, url = request.url, body = body }
end

--- Its name for people.
---@param asked table
---@return string
function talk.name(asked)
  if asked.url then return asked.method .. " " .. asked.url end
  return ("SoftLayer_%s%s::%s"):format(asked.service, asked.id and "(" .. asked.id .. ")" or "", asked.method)
end

local function shown(value)
  if value == nil then return "nothing" end
  local text = json.clean(log.redact(assert(json.encode(value))))
  return #text > LONGEST and json.clean(text:sub(1, LONGEST)) .. "…" or text
end

-- A mark stands for a value that is not in the recording.
local function same_text(asked, recorded)
  if asked == recorded then return true end
  if not recorded:find(disguise.MARK) then return false end
  local pattern = recorded:gsub("%p", "%%%0"):gsub("%%<secret%%%-%w+%%>", ".-")
  return asked:find("^" .. pattern .. "$") ~= nil
end

local function compare(asked, recorded, path, found)
  if type(asked) == "table" and type(recorded) == "table" then
    local names = {}
    for name in pairs(asked) do names[name] = true end
    for name in pairs(recorded) do names[name] = true end
    local sorted = {}
    for name in pairs(names) do sorted[#sorted + 1] = name end
    table.sort(sorted, function(a, b) return tostring(a) < tostring(b) end)
    for _, name in ipairs(sorted) do
      local at = math.type(name) and ("%s[%d]"):format(path, name) or path == "" and name or path .. "." .. name
      compare(asked[name], recorded[name], at, found)
    end
  elseif type(asked) == "string" and type(recorded) == "string" and same_text(asked, recorded) or asked == recorded then
    return found
  else
    found[#found + 1] = ("%s: asked %s, recorded %s"):format(path, shown(asked), shown(recorded))
  end
  return found
end

--- In what the two differ; empty when they do not.
---@param asked any
---@param recorded any
---@param path string? what they are
---@return string[]
function talk.differences(asked, recorded, path) return compare(asked, recorded, path or "", {}) end

--- The same for several that go together, in their order.
---@param asked table[]
---@param recorded table[]
---@return string[]
function talk.differences_of_all(asked, recorded)
  local found = {}
  for i = 1, math.max(#asked, #recorded) do
    local path = #asked + #recorded > 2 and ("call %d"):format(i) or ""
    if asked[i] and recorded[i] then
      compare(asked[i], recorded[i], path, found)
    else
      found[#found + 1] = asked[i] and ("%s is not recorded"):format(talk.name(asked[i]))
        or ("%s is recorded, too"):format(talk.name(recorded[i]))
    end
  end
  return found
end

--- Differences as a line.
---@param found string[]
---@return string
function talk.text(found)
  local more = #found > SHOWN and ("; and %d more"):format(#found - SHOWN) or ""
  return table.concat(found, "; ", 1, math.min(SHOWN, #found)) .. more
end

return talk
