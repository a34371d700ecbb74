-- What object storage holds: spaces (COS, and one per Swift account) of containers of objects. An object keeps its bytes
-- in the pieces that it was uploaded in; a Swift manifest has none and stands for the objects below a prefix.

local clock = require "slsim.clock"

local store = {}

local spaces = {}

function store.reset() spaces = {} end

local function names(map)
  local list = {}
  for name in pairs(map) do list[#list + 1] = name end
  table.sort(list)
  return list
end

---@return table<string, table> containers by name
function store.space(name)
  spaces[name] = spaces[name] or {}
  return spaces[name]
end

--- The names of all spaces, of a space's containers, or of a container's objects, in the order of their bytes.
---@param map table<string, any>?
function store.names(map) return names(map or spaces) end

---@param fields table? more of it: region
---@return table container
function store.add_container(space, name, fields)
  local container = { name = name, space = space, objects = {}, created = clock.time() }
  for key, value in pairs(fields or {}) do container[key] = value end
  store.space(space)[name] = container
  return container
end

---@param fields { pieces: string[]?, manifest: string?, etag: string, type: string?, metadata: table<string, string>? }
---@return table object
function store.put(container, key, fields)
  local object = { key = key, container = container, modified = clock.time(), size = 0, pieces = fields.pieces or {} }
  for name, value in pairs(fields) do object[name] = value end
  for _, piece in ipairs(object.pieces) do object.size = object.size + #piece end
  container.objects[key] = object
  return object
end

---@return boolean whether it is there still, and not another one under its name
function store.is_there(object)
  local container = object.container
  return store.space(container.space)[container.name] == container and container.objects[object.key] == object
end

function store.remove(object) object.container.objects[object.key] = nil end

--- Deletes it in so many virtual seconds, whatever was said before; nil keeps it.
---@param seconds number?
function store.expire(object, seconds)
  if object.expiry then object.expiry.cancelled = true end
  object.expiry = seconds and clock.after(seconds, function()
    if store.is_there(object) then store.remove(object) end
  end)
end

--- The objects whose bytes an object's are: itself, or what its manifest names.
---@return table[]
function store.segments(object)
  if not object.manifest then return { object } end
  local name, prefix = object.manifest:match("^([^/]+)/(.*)$")
  local container, list = store.space(object.container.space)[name], {}
  for _, key in ipairs(names(container and container.objects or {})) do
    local segment = container.objects[key]
    if key:sub(1, #prefix) == prefix and not segment.manifest then list[#list + 1] = segment end
  end
  return list
end

---@return integer bytes
function store.size(object)
  local size = 0
  for _, segment in ipairs(store.segments(object)) do size = size + segment.size end
  return size
end

--- Its bytes, or those from `first` to `last`, counted from 0.
---@param first integer?
---@param last integer?
---@return string
function store.read(object, first, last)
  local parts, at = {}, 0
  first, last = first or 0, last or math.huge
  for _, segment in ipairs(store.segments(object)) do
    for _, piece in ipairs(segment.pieces) do
      if at + #piece > first and at <= last then
        parts[#parts + 1] = piece:sub(math.max(first - at, 0) + 1, math.tointeger(math.min(last - at + 1, #piece)))
      end
      at = at + #piece
    end
  end
  return table.concat(parts)
end

return store
