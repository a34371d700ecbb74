--- slcpi complete -- WORD…: what may stand in place of the last word of a command line; for shells.
--
-- A command has `candidates(core, place, words, settings)` if it knows what its words may be: `place` counts them
-- from 1, `words` are those before, `settings` the engine's.

local cli = require "cli"

local complete = { description = "Prints what may stand in place of the last word of a command line, a line for each. "
  .. "The completions of bash, zsh and fish ask it." }

function complete.describe(parser)
  parser:argument("words", "The words behind slcpi, behind --; the last one may be empty."):args "*"
end

local function option_of(parser, word)
  for _, option in ipairs(parser._options) do
    for _, alias in ipairs(option._aliases) do
      if alias == word then return option end
    end
  end
end

local function name_of(option) return option._aliases[#option._aliases] end

local function takes_value(option) return option ~= nil and option._maxargs > 0 end

-- Some shells split --format=json into three words.
local function joined(words)
  local list = {}
  for i, word in ipairs(words) do
    if word ~= "=" then list[#list + 1] = word elseif i == #words then list[#list + 1] = "" end
  end
  return list
end

-- What is said so far: the parser in force, the option whose value comes next, the command and its words.
---@param words string[] without the last one
local function read(words)
  local said = { parser = cli.parser(), words = {}, values = {} }
  for _, word in ipairs(words) do
    if said.option then
      table.insert(said.values, { option = name_of(said.option), value = word })
      said.option = nil
    elseif word:find "^%-." then
      local name, value = word:match "^(%-%-[%w-]+)=(.*)$"
      local option = option_of(said.parser, name or word)
      if takes_value(option) and not value then
        said.option = option
      elseif option then
        table.insert(said.values, { option = name_of(option), value = value })
      end
    elseif not said.command then
      said.parser, said.command = cli.parser(word)
      if not said.parser then return nil end
    else
      table.insert(said.words, word)
    end
  end
  return said
end

-- What is configured on the line holds for the names, too.
local function start(core, options, said)
  local config = options.config or core.config
  for _, given in ipairs(said.values) do
    if given.option == "--config" then config = given.value end
    if given.option == "--overlay" then core.overlay(given.value) end
    if given.option == "--no-overlay" then core.no_overlay() end
  end
  return require "engine".start(core, config)
end

local function options_of(parser)
  local names = {}
  for _, option in ipairs(parser._options) do names[#names + 1] = name_of(option) end
  return names
end

local function commands(core)
  local names = {}
  for _, name in ipairs(require "sources".commands(core)) do names[#names + 1] = name ~= "complete" and name or nil end
  return names
end

local function candidates(core, said, last, settings)
  local name = last:match "^(%-%-[%w-]+)="
  local option = said.option or name and option_of(said.parser, name)
  if option then
    local values = {}
    for i, choice in ipairs(option._choices or {}) do values[i] = (name and name .. "=" or "") .. choice end
    return values
  end
  if last:find "^%-" then return options_of(said.parser) end
  if not said.command then return commands(core) end
  local known = said.command.candidates
  return known and known(core, #said.words + 1, said.words, settings) or {}
end

---@param core table
---@param options table
---@return integer exit_status
function complete.run(core, options)
  local words = joined(options.words)
  local last = table.remove(words) or ""
  local said = read(words)
  if not said then return 0 end
  local found = candidates(core, said, last, start(core, options, said))
  table.sort(found)
  for _, candidate in ipairs(found) do
    if candidate:sub(1, #last) == last then core.print(candidate .. "\n") end
  end
  return 0
end

return complete
