--- Object masks from Lua tables. A string is passed on as it is; a table lists properties, and below
--- a name what is wanted of the object behind it:
--
--   { "id", "hostname", datacenter = { "name" }, tagReferences = "tag.name" }
--     → mask[id,hostname,datacenter[name],tagReferences[tag.name]]
--
-- A key "(Type)" selects from objects of that type only, at the root and below any property:
--
--   { "id", ["(Hardware_Server)"] = { "networkVlans" } }
--     → [mask[id],mask(SoftLayer_Hardware_Server)[networkVlans]]

local errors = require "errors"

local mask = {}

local function fail(...) error(errors.cloud(...), 0) end

local function sorted_names(properties)
  local names = {}
  for key in pairs(properties) do
    if math.type(key) == nil then names[#names + 1] = key end
  end
  table.sort(names)
  return names
end

local function type_of(key)
  local name = key:match("^%(([%w_]+)%)$")
  return name and (name:find("^SoftLayer_") and name or "SoftLayer_" .. name)
end

local selections

local function property(name, wanted)
  if type(name) ~= "string" or not name:find("^%a[%w_.]*$") then fail("'%s' is no property for a mask", name) end
  if wanted == nil or wanted == true then return name end
  return table.concat(selections(name, wanted), ",")
end

-- "name[…]" for what any object gives, then "name(Type)[…]" for each type.
function selections(name, wanted)
  if type(wanted) == "string" then return { ("%s[%s]"):format(name, wanted) } end
  if type(wanted) ~= "table" then fail("a mask's '%s' must be a string or a table", name) end
  local plain, typed = {}, {}
  for _, listed in ipairs(wanted) do plain[#plain + 1] = property(listed) end
  for _, key in ipairs(sorted_names(wanted)) do
    local of_type = type_of(key)
    if of_type then
      table.move(selections(("%s(%s)"):format(name, of_type), wanted[key]), 1, 1, #typed + 1, typed)
    else
      plain[#plain + 1] = property(key, wanted[key])
    end
  end
  local all = {}
  if #plain > 0 then
    all[1] = ("%s[%s]"):format(name, table.concat(plain, ","))
  elseif #typed == 0 then
    all[1] = name
  end
  return table.move(typed, 1, #typed, #all + 1, all)
end

--- The text of a mask.
---@param wanted string|table a text in any of the API's forms, or a table as above
---@param root string? "filteredMask" to have the filter hold for the lists inside, too; default "mask"
---@return string
function mask.text(wanted, root)
  if type(wanted) == "string" and not root then return wanted end
  local roots = selections(root or "mask", wanted)
  return #roots == 1 and roots[1] or ("[%s]"):format(table.concat(roots, ","))
end

return mask
