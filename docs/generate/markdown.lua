--- The reference as Markdown.

local markdown = {}

markdown.opening = [[
# Reference

Made from the comments in `lualib/` and `scripts/` by `make reference`; do not edit.
How to write a script is told in [scripts.md](scripts.md).

- [Primitives](#primitives): the modules in C
- [Built-ins](#built-ins): what a script and a hook have without `require`
- [Libraries](#libraries): what `require` gives; an overlay may replace each
- [Scripts and steps](#scripts-and-steps): what can be called, and what hooks can name
]]

markdown.scripts_opening = [[
## Scripts and steps

A hook can name each step, and `run`. A parameter that is called like an argument of the script is that; other
[names](#in-a-script) mean the same in every script.
]]

-- Angle brackets are tags to Markdown, but for those in code.
local function plain(text)
  return ((text .. "`"):gsub("(.-)`([^`]*`?)", function(outside, code)
    return outside:gsub("<", "&lt;") .. "`" .. code
  end):gsub("`$", "", 1))
end

local function as_code(type) return "`" .. type .. "`" end

-- Lines of a comment: paragraphs, and indented lines as they are.
local function prose(lines, indent)
  local out, fenced = {}, false
  local function fence(on)
    if on ~= fenced then out[#out + 1] = "```" end
    fenced = on
  end
  for i, line in ipairs(lines) do
    local gap = line == "" and fenced
    local code = (gap and lines[i + 1] or line):find(indent) ~= nil
    fence(code)
    out[#out + 1] = code and line or plain(line)
  end
  fence(false)
  return table.concat(out, "\n")
end

local function list_of(item)
  local lines = {}
  local function add(name, of)
    lines[#lines + 1] = ("- %s%s%s"):format(name, as_code(of.type), of.text ~= "" and " " .. plain(of.text) or "")
  end
  for _, field in ipairs(item.fields) do add(as_code(field.name) .. ": ", field) end
  for _, param in ipairs(item.params) do add(as_code(param.name) .. ": ", param) end
  for _, value in ipairs(item.returns) do add("gives ", value) end
  return #lines > 0 and table.concat(lines, "\n") or nil
end

local function title_of(item, module)
  if item.kind == "class" then return "class " .. item.name end
  if item.kind == "value" then return ("%s: %s"):format(item.name, item.type) end
  local name = item.name == "" and module:match "[%w_]+$" or item.name
  return ("%s(%s)"):format(name, table.concat(item.parameters, ", "))
end

local function anchor(name) return name:lower():gsub("[^%w_ -]", ""):gsub(" ", "-") end

--- A table of modules with the first sentence of their headers, which lead to them.
---@param list { name: string, header: string[] }[]
---@return string
function markdown.index(list)
  local rows = { "| library | is |", "|---|---|" }
  for _, module in ipairs(list) do
    local text = table.concat(module.header, " ")
    local sentence = plain(text:match "^(.-%.)%s" or text):gsub("|", "\\|")
    rows[#rows + 1] = ("| [%s](#%s) | %s |"):format(module.name, anchor(module.name), sentence)
  end
  return table.concat(rows, "\n") .. "\n"
end

--- A module: its header, then all that it has.
---@param name string
---@param header string[]
---@param items Item[]
---@return string
function markdown.module(name, header, items)
  local parts = { "### " .. name, prose(header, "^  ") }
  for _, item in ipairs(items) do
    local text, list = #item.text > 0 and prose(item.text, "^   ") or nil, list_of(item)
    if item.kind ~= "class" or text or list then parts[#parts + 1] = ("**`%s`**"):format(title_of(item, name)) end
    parts[#parts + 1] = text
    parts[#parts + 1] = list
  end
  return table.concat(parts, "\n\n") .. "\n"
end

local function row(step)
  local parameters, words = {}, { table.concat(step.text, " ") }
  for i, name in ipairs(step.parameters) do parameters[i] = ("%s: %s"):format(name, step.types[i] or "?") end
  for _, param in ipairs(step.params) do
    if param.text ~= "" then words[#words + 1] = ("%s: %s."):format(as_code(param.name), param.text) end
  end
  local signature = ("%s(%s)"):format(step.name, table.concat(parameters, ", "))
  return (("| `%s` | %s |"):format(signature:gsub("|", "\\|"), (plain(table.concat(words, " ")):gsub("|", "\\|"))))
end

local function lines_of(text)
  local lines = {}
  for line in text:gsub("%s+$", ""):gmatch "[^\n]*" do lines[#lines + 1] = line end
  return lines
end

--- A script: its form, then its steps.
---@param script ScriptEntry
---@return string
function markdown.script(script)
  local form = script.form
  local arguments = {}
  for i, argument in ipairs(form.arguments) do arguments[i] = as_code(argument) end
  local listed = #arguments > 0 and table.concat(arguments, ", ") or "none"
  local parts = { "### " .. script.name, prose(lines_of(form.description), "^  "),
    ("- arguments: %s\n- effect: %s\n- timeout: %d s"):format(listed, form.effect, form.timeout) }
  if #script.steps > 0 then
    local rows = { "| step | does |", "|---|---|" }
    for _, step in ipairs(script.steps) do rows[#rows + 1] = row(step) end
    parts[#parts + 1] = table.concat(rows, "\n")
  end
  return table.concat(parts, "\n\n") .. "\n"
end

return markdown
