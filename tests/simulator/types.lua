-- The registry of SoftLayer data types: which properties a type has, which of them come without
-- a mask, what a relation leads to, and which getter serves it.
--
-- A type is declared in types/<area>.lua, with names that lack the SoftLayer_ prefix:
--
--   Virtual_Guest = { int = "id maxCpu", string = "domain notes?", date = "createDate",
--                     relations = "tagReferences:*Tag_Reference primaryIpAddress:string +status:X" }
--
-- Words under a kind (int, string, boolean, date, float) are local properties; `?` marks one that the
-- API leaves out while it is unset, unless a mask names it. In `relations`, `*` marks a list and a
-- leading `+` a relation that comes along with the locals. `xxxCount` properties follow from the lists.

local types = {}

types.guesses = {
  { "[G]", "the split into local, default and relational properties follows softlayer-go and recorded answers" },
  { "[G]", "local properties marked with '?' are absent while unset unless the mask names them" },
  { "[G]", "the name of a list's count is the list's singular plus 'Count'" },
}

local AREAS = { "account", "billing", "hardware", "location", "misc", "network", "product", "storage", "virtual" }
local KINDS = { "int", "string", "boolean", "date", "float" }
local PREFIX = "SoftLayer_"

local is_kind = {}
for _, kind in ipairs(KINDS) do is_kind[kind] = true end

local declared, built = {}, {}
for _, area in ipairs(AREAS) do
  for name, declaration in pairs(require("slsim.types." .. area)) do
    assert(not declared[name], name)
    declared[name] = declaration
  end
end

-- "allowedVirtualGuests" -> "allowedVirtualGuestCount", "categories" -> "categoryCount".
local function count_name(list)
  local singular = list:gsub("ies$", "y")
  if singular == list then singular = list:gsub("([sx])es$", "%1") end
  if singular == list or list:find("[^sx]ses$") then singular = list:gsub("s$", "") end
  return singular .. "Count"
end

local function add_locals(properties, kind, words)
  for name, optional in words:gmatch("([%w_]+)(%??)") do
    properties[name] = { form = "local", kind = kind, optional = optional == "?" or nil }
  end
end

local function add_relations(properties, words)
  for default, name, many, target in words:gmatch("(%+?)([%w_]+):(%*?)([%w_]+)") do
    properties[name] = {
      form = "relation",
      kind = is_kind[target] and target or nil,
      type = not is_kind[target] and PREFIX .. target or nil,
      many = many == "*" or nil,
      default = default == "+" or nil,
    }
  end
end

local function add_counts(properties)
  local lists = {}
  for name, property in pairs(properties) do
    if property.many then lists[#lists + 1] = name end
  end
  for _, list in ipairs(lists) do
    local name = count_name(list)
    properties[name] = properties[name] or { form = "count", kind = "int", of = list }
  end
end

local function inherited(parent)
  local properties = {}
  for name, property in pairs(parent and parent.properties or {}) do properties[name] = property end
  return properties
end

local function index(type)
  for name, property in pairs(type.properties) do
    if property.form == "local" then type.locals[#type.locals + 1] = name end
    if property.default then type.defaults[#type.defaults + 1] = name end
    if property.form == "relation" then
      type.getters["get" .. name:sub(1, 1):upper() .. name:sub(2)] = name
    end
  end
  table.sort(type.locals)
  table.sort(type.defaults)
  return type
end

local function build(name, declaration)
  local parent = declaration.extends and types.get(PREFIX .. declaration.extends)
  local properties = inherited(parent)
  for _, kind in ipairs(KINDS) do
    if declaration[kind] then add_locals(properties, kind, declaration[kind]) end
  end
  add_relations(properties, declaration.relations or "")
  add_counts(properties)
  return index {
    name = name,
    extends = parent and parent.name,
    properties = properties,
    locals = {},
    defaults = {},
    getters = {},
  }
end

---@param name string? with the SoftLayer_ prefix
---@return table? type `{name, extends, properties, locals, defaults, getters}`
function types.get(name)
  if not name then return nil end
  local type = built[name]
  if type then return type end
  local short = name:match("^SoftLayer_(.+)$")
  if not short or not declared[short] then return nil end
  built[name] = build(name, declared[short])
  return built[name]
end

---@return string[] names of all types, sorted
function types.names()
  local names = {}
  for name in pairs(declared) do names[#names + 1] = PREFIX .. name end
  table.sort(names)
  return names
end

--- Whether an object of type `actual` is also a `wanted`.
---@param wanted string
---@param actual string?
---@return boolean
function types.accepts(wanted, actual)
  while actual do
    if actual == wanted then return true end
    local type = types.get(actual)
    actual = type and type.extends
  end
  return false
end

--- The relation that a getter serves: getTagReferences -> tagReferences.
---@param type_name string
---@param method string
---@return string? property_name
---@return table? property
function types.getter(type_name, method)
  local type = types.get(type_name)
  local name = type and type.getters[method]
  if name then return name, type.properties[name] end
end

return types
