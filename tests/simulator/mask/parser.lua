-- The grammar of object masks: text to the tree that slsim.mask describes, with the API's own error texts.

local types = require "slsim.types"

local parser = {}

local MAX_DEPTH, MAX_LENGTH = 64, 65536

local function syntax_error(state, expected)
  local _, lines = state.text:sub(1, state.pos - 1):gsub("\n", "")
  local line_start = state.text:sub(1, state.pos - 1):match("()[^\n]*$")
  local got = state.text:sub(state.pos, state.pos)
  error({
    status = 500,
    code = "SoftLayer_Exception_Common_Parser",
    error = ("Error on line %d at column %d: Expected %s, got '%s'"):format(
      lines + 1, state.pos - line_start + 1, expected, got),
  }, 0)
end

-- The first unknown property is reported, but only if the rest of the mask is well-formed.
local function property_error(state, name, owner)
  state.invalid = state.invalid or {
    status = 500,
    code = "SoftLayer_Exception_WebService_ObjectMask",
    error = ("Property '%s' not valid for '%s'."):format(name, owner),
  }
end

local function skip_space(state)
  state.pos = state.text:find("[^%s]", state.pos) or #state.text + 1
end

local function peek(state)
  skip_space(state)
  return state.text:sub(state.pos, state.pos)
end

local function accept(state, chars)
  local char = peek(state)
  if char == "" or not chars:find(char, 1, true) then return false end
  state.pos = state.pos + 1
  return true
end

local function expect(state, char)
  if not accept(state, char) then syntax_error(state, "'" .. char .. "'") end
end

local function word(state, expected)
  skip_space(state)
  local name = state.text:match("^[%a_][%w_]*", state.pos)
  if not name then syntax_error(state, expected) end
  state.pos = state.pos + #name
  return name
end

local function new_node() return { props = {} } end

local function selection(node, type_name)
  if not type_name then return node.props end
  node.typed = node.typed or {}
  node.typed[type_name] = node.typed[type_name] or {}
  return node.typed[type_name]
end

-- "(Type)" after a root or a property. `owner` is the declared type there, nil if unchecked.
local function cast(state, owner)
  if not accept(state, "(") then return nil, owner end
  local name = word(state, "TYPE")
  expect(state, ")")
  if owner and not (types.accepts(owner, name) or types.accepts(name, owner)) then
    property_error(state, name, owner)
    return name, nil
  end
  return name, owner and name
end

-- The type below a property, which for a scalar is its kind; nil: nothing below it is checked.
local function type_below(state, name, owner)
  if not owner then return nil end
  local type = types.get(owner)
  local property = type and type.properties[name]
  if not property then return property_error(state, name, owner) end
  return property.kind or types.get(property.type) and property.type
end

local properties

local function property(state, selected, owner, depth)
  if depth > MAX_DEPTH then syntax_error(state, "at most " .. MAX_DEPTH .. " levels") end
  local name = word(state, "PROPERTY")
  local node = selected[name] or new_node()
  selected[name] = node
  local declared = type_below(state, name, owner)
  local type_name, below = cast(state, declared)
  if accept(state, ".") then
    property(state, selection(node, type_name), below, depth + 1)
  elseif accept(state, "[") then
    properties(state, selection(node, type_name), below, depth + 1)
  else
    selection(node, type_name)
  end
end

local function list_of_properties(state, selected, owner, depth)
  repeat property(state, selected, owner, depth) until not accept(state, ",;")
end

function properties(state, selected, owner, depth)
  if accept(state, "]") then return end
  list_of_properties(state, selected, owner, depth)
  expect(state, "]")
end

local function root(state, node, owner)
  local name = word(state, "ROOT")
  if name ~= "mask" and name ~= "filteredMask" then
    state.pos = state.pos - #name
    syntax_error(state, "ROOT")
  end
  if name == "filteredMask" then node.filtered = true end
  local type_name, below = cast(state, owner)
  local selected = selection(node, type_name)
  if accept(state, ".") then return property(state, selected, below, 1) end
  if accept(state, "[") then return properties(state, selected, below, 1) end
end

local function begins_with_root(state)
  local name, after = state.text:match("^%s*(%a+)%s*()", state.pos)
  local next_char = name and state.text:sub(after, after)
  return (name == "mask" or name == "filteredMask") and (next_char == "" or ("([.,"):find(next_char, 1, true))
end

local function whole(state, node, owner)
  if peek(state) == "" then return end
  if accept(state, "[") then
    repeat root(state, node, owner) until not accept(state, ",")
    expect(state, "]")
  elseif begins_with_root(state) then
    repeat root(state, node, owner) until not accept(state, ",")
  else
    list_of_properties(state, node.props, owner, 1)
  end
  if peek(state) ~= "" then syntax_error(state, "END") end
end

--- Parses the text of an object mask.
---@param text string
---@param type_name string? declared type of the result; a type that is not declared leaves names unchecked
---@return table? tree
---@return table? err `{status, code, error}`
function parser.parse(text, type_name)
  local state = { text = text, pos = 1 }
  local node = new_node()
  local ok, err = pcall(function()
    if #text > MAX_LENGTH then syntax_error(state, "at most " .. MAX_LENGTH .. " characters") end
    whole(state, node, types.get(type_name) and type_name)
  end)
  if not ok then
    if type(err) ~= "table" then error(err, 0) end
    return nil, err
  end
  if state.invalid then return nil, state.invalid end
  return node
end

return parser
