--- What a source's text shows without being run: names that nobody declares, functions that a library does not have,
--- calls of scripts that there are not. Each would otherwise show when its line is reached.

local free_names = require "free_names"
local nearest = require "nearest"

local text = {}

---@class TextProblem
---@field line integer
---@field what string

local withheld = {} -- Lua's own names that scripts do not have
for name in ("collectgarbage debug dofile io load loadfile package"):gmatch "%l+" do withheld[name] = true end

local function suggestion(name, names)
  local guess = nearest(name, names)
  return guess and (", did you mean '%s'?"):format(guess) or ""
end

-- Line by line, without comments and without what is in quotes if nobody asks for it.
local function each_line(source, with_texts, visit)
  local number = 0
  for line in (source .. "\n"):gmatch "(.-)\n" do
    number = number + 1
    line = with_texts and line or line:gsub('"[^"]*"', '""'):gsub("'[^']*'", "''")
    visit(line:gsub("%-%-.*$", ""), number)
  end
end

--- Names that are declared nowhere.
---@param core table
---@param source string one that compiles
---@param own fun(name: string): any what there is of that name
---@return TextProblem[]
function text.names(core, source, own)
  local problems = {}
  for _, free in ipairs(free_names(core, source)) do
    if own(free.name) == nil then
      local what = withheld[free.name] and "'%s' is not available here" or "the name '%s' is declared nowhere; make it "
        .. "local, or mend it"
      problems[#problems + 1] = { line = free.line, what = what:format(free.name) }
    end
  end
  return problems
end

--- Scripts that are called by name, and are not there.
---@param source string
---@param known table<string, boolean>
---@param names string[]
---@return TextProblem[]
function text.calls(source, known, names)
  local problems = {}
  each_line(source, true, function(line, number)
    local name = line:match "%f[%w_]call%s*[(,]%s*[\"']([%w_/]+)[\"']"
    if name and not known[name] then
      local what = ("there is no script '%s'%s"):format(name, suggestion(name, names))
      problems[#problems + 1] = { line = number, what = what }
    end
  end)
  return problems
end

-- The libraries that the source requires, as far as they are plain tables, by the local's name.
local function required(source)
  local libraries = {}
  for name, module in ("\n" .. source):gmatch "\nlocal ([%a_][%w_]*) = require[ (]*[\"']([%w_.]+)[\"']" do
    local ok, library = pcall(require, module)
    if ok and type(library) == "table" and not getmetatable(library) then libraries[name] = library end
  end
  return libraries
end

local function members(library)
  local names = {}
  for name in pairs(library) do names[#names + 1] = tostring(name) end
  table.sort(names)
  return names
end

--- Functions that are called of libraries which do not have them.
---@param source string
---@return TextProblem[]
function text.members(source)
  local libraries, problems = required(source), {}
  each_line(source, false, function(line, number)
    for before, name, member in (" " .. line):gmatch "([^%w_])([%a_][%w_]*)[.:]([%a_][%w_]*)%s*[({\"']" do
      local library = before ~= "." and before ~= ":" and libraries[name]
      if library and library[member] == nil then
        problems[#problems + 1] = { line = number, what = ("%s has no '%s'%s"):format(name, member,
          suggestion(member, members(library))) }
      end
    end
  end)
  return problems
end

return text
