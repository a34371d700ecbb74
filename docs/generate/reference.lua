--- docs/reference.md: every primitive, built-in, library, script and step, from the comments of their files.

local comments = require "docs.generate.comments"
local markdown = require "docs.generate.markdown"
local sys = require "core.sys"

local reference = {}

local function text_of(path) return assert(sys.read(path)) end

local function files_in(folder)
  local names = {}
  for _, name in ipairs(assert(sys.list(folder))) do names[#names + 1] = name:match "^(.*)%.lua$" end
  table.sort(names)
  return names
end

--- The libraries: what stands in lualib and can be required, but for the commands of `slcpi`.
---@return string[] names "softlayer.filter"
function reference.libraries()
  local names = files_in "lualib"
  for _, folder in ipairs { "api", "softlayer", "bosh" } do
    for _, name in ipairs(files_in("lualib/" .. folder)) do names[#names + 1] = folder .. "." .. name end
  end
  return names
end

--- What the comments of a library or a stub say.
---@param path string
---@return string[] header
---@return Item[] items
function reference.of(path) return comments.read(text_of(path)) end

--- The file of a library.
---@param name string "softlayer.filter"
---@return string path
function reference.path(name) return ("lualib/%s.lua"):format(name:gsub("%.", "/")) end

local function scripts()
  local names = files_in "scripts"
  for _, folder in ipairs { "workflows", "records" } do
    for _, name in ipairs(files_in("scripts/" .. folder)) do names[#names + 1] = folder .. "/" .. name end
  end
  return names
end

-- The declared form, as the script has it.
local function form_of(text, name)
  local form = setmetatable({}, { __index = _G })
  assert(load(text, "@scripts/" .. name .. ".lua", "t", form))()
  return form
end

-- What a parameter of a step is: what is said above the step, the script's argument of that name, or what the
-- name means in every script.
local function type_of(name, step, form, names)
  for _, param in ipairs(step.params) do
    if param.name == name then return param.type end
  end
  for _, argument in ipairs(form.arguments) do
    local argued, type = argument:match "^([%w_]+): (%S+)$"
    if argued == name then return type end
  end
  return names[name]
end

local function names_of_parameters()
  local names = {}
  local _, items = reference.of "lualib/meta/script.lua"
  for _, item in ipairs(items) do
    for _, field in ipairs(item.name == "Names" and item.fields or {}) do names[field.name] = field.type end
  end
  return names
end

---@class ScriptEntry
---@field name string
---@field form table description, arguments, effect, timeout
---@field steps Item[] with `types` beside `parameters`; false where nothing tells it

--- Every script with its form and its steps.
---@return ScriptEntry[]
function reference.scripts()
  local list, names = {}, names_of_parameters()
  for _, name in ipairs(scripts()) do
    local text = text_of(("scripts/%s.lua"):format(name))
    local entry = { name = name, form = form_of(text, name), steps = {} }
    local _, items = comments.read(text)
    for _, item in ipairs(items) do
      if item.kind == "function" and item.name ~= "run" and item.name ~= "v1" then
        item.types = {}
        for i, parameter in ipairs(item.parameters) do
          item.types[i] = type_of(parameter, item, entry.form, names) or false
        end
        entry.steps[#entry.steps + 1] = item
      end
    end
    list[#list + 1] = entry
  end
  return list
end

local function add_file(out, title, path)
  local header, items = reference.of(path)
  out[#out + 1] = markdown.module(title, header, items)
end

local function add_libraries(out)
  local list = {}
  for i, name in ipairs(reference.libraries()) do
    list[i] = { name = name, header = (reference.of(reference.path(name))) }
  end
  out[#out + 1] = markdown.index(list)
  for _, entry in ipairs(list) do add_file(out, entry.name, reference.path(entry.name)) end
end

--- The whole page.
---@return string
function reference.text()
  local out = { markdown.opening }
  out[#out + 1] = "## Primitives\n\nThe modules in C.\n"
  for _, name in ipairs(files_in "lualib/meta") do
    if name:find "^core%." then add_file(out, name, "lualib/meta/" .. name .. ".lua") end
  end
  out[#out + 1] = "## Built-ins\n"
  add_file(out, "In a script", "lualib/meta/script.lua")
  add_file(out, "In a hook", "lualib/meta/hooks.lua")
  add_file(out, "In a workflow", "lualib/meta/workflow.lua")
  out[#out + 1] = "## Libraries\n"
  add_libraries(out)
  out[#out + 1] = markdown.scripts_opening
  for _, entry in ipairs(reference.scripts()) do out[#out + 1] = markdown.script(entry) end
  return table.concat(out, "\n")
end

local function gaps_of_function(add, path, item, described)
  if #item.text == 0 and not described then add("%s: %s has no description", path, item.name) end
  local known = {}
  for _, param in ipairs(item.params) do known[param.name] = param.type ~= "" end
  for _, name in ipairs(item.parameters) do
    if not known[name] then add("%s: %s: nothing tells the type of '%s'", path, item.name, name) end
    known[name] = nil
  end
  for name in pairs(known) do add("%s: %s has no parameter '%s'", path, item.name, name) end
end

local function gaps_of_file(add, path)
  local header, items = reference.of(path)
  if #header == 0 then add("%s has no header", path) end
  for _, item in ipairs(items) do
    if item.kind == "function" then gaps_of_function(add, path, item, item.name == "") end
  end
end

--- What the comments leave open.
---@return string[] complaints
function reference.gaps()
  local list = {}
  local function add(...) list[#list + 1] = string.format(...) end
  for _, name in ipairs(files_in "lualib/meta") do gaps_of_file(add, "lualib/meta/" .. name .. ".lua") end
  for _, name in ipairs(reference.libraries()) do gaps_of_file(add, reference.path(name)) end
  for _, entry in ipairs(reference.scripts()) do
    for _, step in ipairs(entry.steps) do
      if #step.text == 0 then add("%s: the step %s has no description", entry.name, step.name) end
      for i, type in ipairs(step.types) do
        if not type then add("%s: %s: nothing tells the type of '%s'", entry.name, step.name, step.parameters[i]) end
      end
    end
  end
  return list
end

return reference
