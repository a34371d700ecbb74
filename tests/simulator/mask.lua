-- Object masks: parse the text of an `objectMask` against the declared types, and project an object
-- of the world through the result as the API does.
--
-- A parsed mask is a tree of nodes `{ props = { name = node }, typed = { Type = { name = node } } }`:
-- `props` is what the mask selects from any object at that level, `typed` what it selects only from
-- objects of that type. The root also carries `filtered` for filteredMask. A node without any
-- selection stands for "no mask": all local properties.

local mask = {
  parse = require("slsim.mask.parser").parse,
  project = require("slsim.mask.projection").project,
}

mask.guesses = {
  { "[G]", "columns of a mask's syntax error count from 1 and point at the unexpected character" },
  { "[G]", "trailing commas, and a type that is no relative of the declared one, are refused" },
  { "[G]", "a mask that names only counts or relations brings all local properties too" },
  { "[G]", "a relation that is named with and without a sub-mask gives the sub-mask" },
  { "[G]", "masks of more than 64 levels or 65,536 characters are refused as syntax errors" },
}

local function sorted_keys(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

local print_list

local function print_property(out, name, node)
  if next(node.props) or not node.typed then
    out[#out + 1] = name .. print_list(node.props)
  end
  for _, type_name in ipairs(sorted_keys(node.typed or {})) do
    out[#out + 1] = ("%s(%s)%s"):format(name, type_name, print_list(node.typed[type_name]))
  end
end

function print_list(props)
  if not next(props) then return "" end
  local out = {}
  for _, name in ipairs(sorted_keys(props)) do print_property(out, name, props[name]) end
  return "[" .. table.concat(out, ",") .. "]"
end

--- The canonical text of a parsed mask: parsing it again gives an equal tree.
---@param tree table
---@return string
function mask.print(tree)
  local out = {}
  print_property(out, tree.filtered and "filteredMask" or "mask", tree)
  return #out == 1 and out[1] or "[" .. table.concat(out, ",") .. "]"
end

return mask
