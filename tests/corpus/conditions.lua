--- The conditions of an object filter: first their paths; then, with the list at hand, their operations; and the
--- JSON of both.

local draw = require "corpus.draw"
local json = require "core.json"
local operations = require "corpus.operations"
local types = require "slsim.types"

local conditions = {}

--- Paths -----------------------------------------------------------------------------------------

local function add_path(node, type_name, depth, present, name)
  name = name or draw.name(type_name, present)
  local property = draw.property(type_name, name)
  if not property.type or not types.get(property.type) or depth == 0 then
    node[name] = node[name] or { open = property }
  elseif draw.one_in(8) then
    node[name] = node[name] or { open = property } -- is it there at all?
  elseif not (node[name] and node[name].open) then
    node[name] = node[name] or { below = {} }
    add_path(node[name].below, property.type, depth - 1, present)
  end
end

--- A tree { name = {below = tree} | {open = property} } of one to three paths.
---@param along string[] where one of the paths should begin
function conditions.draw(type_name, present, along)
  local tree = {}
  if #along > 0 then add_path(tree, type_name, 2, present, draw.one(along)) end
  for _ = #along > 0 and 2 or 1, math.random(3) do add_path(tree, type_name, 2, present) end
  return tree
end

--- Filling ---------------------------------------------------------------------------------------

-- The values of a property of all objects, lists flattened.
local function below(objects, name, property)
  local found = {}
  for _, object in ipairs(objects) do
    local value = object[name]
    if property.form == "count" then value = #(object[property.of] or {}) end
    for _, element in ipairs(property.many and value or { value }) do
      if element ~= json.null then found[#found + 1] = element end
    end
  end
  return found
end

local function fill(tree, type_name, objects, context)
  local names = {}
  for name in pairs(tree) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do
    local property = draw.property(type_name, name)
    local values = below(objects, name, property)
    if tree[name].open then
      tree[name] = { leaf = operations.draw(property, values, context) }
    else
      fill(tree[name].below, property.type, values, context)
    end
  end
  return context.orders
end

-- What has no place of its own sorts by place 0, so that only one order can be brief.
local function settle(tree, alone)
  for _, node in pairs(tree) do
    if node.below then
      settle(node.below, alone)
    elseif node.leaf.sort then
      node.leaf.brief = node.leaf.brief and alone
    end
  end
end

--- Closes the open leaves with operations near the values of the list.
---@param now string the date that the simulator's clock shows
function conditions.fill(tree, type_name, objects, now)
  settle(tree, fill(tree, type_name, objects, { now = now, orders = 0, places = {} }) == 1)
end

--- JSON ------------------------------------------------------------------------------------------

local function option(name, values) return { name = name, value = json.array(values) } end

local function literal_json(it)
  if it.sign == "" and not it.negated and type(it.operand) ~= "table" then return it.operand end
  local sign = it.negated and (it.sign == "" and "!=" or "!" .. it.sign) or it.sign
  return sign .. draw.one { " ", "" } .. tostring(it.operand)
end

local function leaf_json(it)
  if it.sort then
    local options = json.array { option("sort", { it.sort }) }
    if not it.brief then options[2] = option("sortOrder", { it.place }) end
    return { operation = "orderBy", options = options }
  end
  if it.data then return { operation = it.sign, options = json.array { option("data", it.data) } } end
  if it.parts then
    local data = {}
    for i, part in ipairs(it.parts) do data[i] = literal_json(part) end
    return { operation = it.sign, options = json.array { option("data", data) } }
  end
  if it.sign == "betweenDate" then
    local options = { option("startDate", { it.dates[1] }), option("endDate", { it.dates[2] }) }
    return { operation = it.sign, options = json.array(options) }
  end
  if it.dates then return { operation = it.sign, options = json.array { option("date", { it.dates[1] }) } } end
  if it.sign:find "null" then return { operation = it.sign } end
  return { operation = literal_json(it) }
end

--- The conditions as the API takes them, below the root if there is one.
function conditions.json(tree)
  local out = {}
  for name, node in pairs(tree) do
    out[name] = node.leaf and leaf_json(node.leaf) or conditions.json(node.below)
  end
  return out
end

--- Ineffective -----------------------------------------------------------------------------------

-- Beside a condition that no element meets, so that a filter which is not void as a whole shows.
local function malformed(type_name)
  local names = draw.names(type_name)["local"]
  local place = math.random(#names)
  local name, nothing = names[place], json.array {}
  local bad = draw.one {
    { [name] = "text" }, { [name] = 5 }, { [name] = json.null }, { [name] = json.array { "x" } },
    { [name] = { operation = json.null } }, { [name] = { operation = nothing } }, { [name] = { operation = "in" } },
    { [name] = { operation = "not in", options = nothing } }, { noSuchProperty = { operation = "x" } },
    { [name] = { operation = "in", options = json.array { option("data", {}) } } },
    { [name] = { operation = "betweenDate", options = json.array { option("startDate", { "1/1/2016" }) } } },
    { [name] = { operation = "isDate", options = json.array { option("date", { "13/41/2016" }) } } },
    { [name] = { below = { operation = "x" } } },
  }
  if #names > 1 then bad[names[place % #names + 1]] = { operation = "in", options = json.array { option("data", { "%" }) } } end
  return bad
end

--- The text of a filter that has no effect.
---@param root string?
function conditions.void(type_name, root)
  local bad = malformed(type_name)
  local rooted = root and { [root] = bad } or bad
  return draw.one {
    json.encode(rooted), json.encode(rooted), json.encode(rooted), json.encode(rooted),
    json.encode { noSuchRoot = { id = { operation = 1 } } }, '{"id":', "virtualGuests", "[]", "7", "null", '"x"', " ",
  }
end

return conditions
