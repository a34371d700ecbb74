--- What is wrong with overlays, found without network and before a deployment meets it: every script is loaded with
--- all hooks, and every name, step, argument and effect is held against what is shipped.

local builtins = require "builtins"
local errors = require "errors"
local nearest = require "nearest"
local runs = require "run"
local sources = require "sources"
local sys = require "core.sys"
local text_of = require "check.text"

local check = {}

---@class Problem
---@field where string "/etc/slcpi/hooks/create_vm.lua:3"
---@field what string and what to do

local folders = { "hooks", "lualib", "scripts" }

---@class Inspection
---@private
local Inspection = {}
Inspection.__index = Inspection

function Inspection:complain(where, format, ...)
  if self.seen[where] then return end -- one mistake shows in several ways
  self.seen[where], self.problems[#self.problems + 1] = true, { where = where, what = format:format(...) }
end

-- A text that begins with its file and line, or is about a file as a whole.
function Inspection:complain_of(text, file)
  text = text:gsub("^the file (%S+) is not used: ", "%1:1: is not used: ")
  local where, what = text:match "^(.-:%d+): (.*)$"
  self:complain(where or file .. ":1", "%s", what or text)
end

local function suggest(name, names)
  local guess = nearest(name, names)
  return guess and (", did you mean '%s'?"):format(guess) or ""
end

function Inspection:complain_of_lines(path, problems)
  for _, problem in ipairs(problems) do self:complain(("%s:%d"):format(path, problem.line), "%s", problem.what) end
end

function Inspection:load(name)
  local ok, result = pcall(self.run.load, self.run, name)
  if ok then return result end
  self:complain_of(errors.wrap(result).message, ("scripts/%s.lua"):format(name))
end

-- What the director or other scripts rely on in a script that is shipped.
function Inspection:compare(script, shipped)
  if script.effect ~= shipped.effect then
    self:complain(script.origin .. ":1", "effect is '%s', but the shipped %s has '%s'", script.effect, script.name,
      shipped.effect)
  end
  for i, argument in ipairs(shipped.arguments) do
    local own = script.arguments[i]
    if not own or own.type ~= argument.type or argument.optional and not own.optional then
      self:complain(script.origin .. ":1", "argument %d must be '%s: %s%s', as the shipped %s has it", i, argument.name,
        argument.type, argument.optional and "?" or "", script.name)
    end
  end
end

local extra = { before = 0, override = 0, after = 1, around = 1 } -- arguments of a hook before the step's own

function Inspection:check_parameters(script)
  for _, hook in ipairs(script.hooks) do
    local takes, more = self.core.parameters(script.functions[hook.step])
    local named = self.core.parameters(hook.f)
    if not more and named > takes + extra[hook.kind] then
      self:complain(hook.where, "%s.%s names %d parameters, but is given at most %d", hook.kind, hook.step, named,
        takes + extra[hook.kind])
    end
  end
end

function Inspection:check_script(name)
  local script = self:load(name)
  if not script then return end
  self:check_parameters(script)
  self.hooks = self.hooks + #script.hooks
  self.declared[name] = script.environment
  if script.origin:find "^builtin/" then return end
  local shipped = self.core.source(("scripts/%s.lua"):format(name), 0)
  if shipped then self:compare(script, self.shipped:load(name)) end
end

local hook_tables = { before = true, after = true, around = true, override = true }

-- What is declared where a file's code runs; nil: its script could not be loaded, which was told.
function Inspection:names_of(file)
  local name = file.name:match "^scripts/(.*)%.lua$"
  local environment = name and self.declared[name]
  if name and not environment then return nil end
  local bases = file.name:find "^%l+/workflows/" and self.workflow_bases or self.bases
  return function(word)
    if file.name:find "^lualib/" then return _G[word] end
    if file.name:find "^hooks/" then return hook_tables[word] or bases.hooks[word] end
    local own = rawget(environment, word)
    if own ~= nil then return own end
    return bases.script[word]
  end
end

-- A library must give what the shipped one gives, because scripts and other libraries count on it.
function Inspection:check_library(path, module)
  local ok, own = pcall(require, module)
  if not ok then return self:complain_of(tostring(own), path) end
  if own == true then return self:complain(path .. ":1", "it returns nothing; a library returns its table") end
  local text, origin = self.core.source(("lualib/%s.lua"):format(module:gsub("%.", "/")), 0)
  local shipped = text and self.core.load(text, origin, _G)()
  for name, member in pairs(type(shipped) == "table" and shipped or {}) do
    if type(member) == "function" and (type(own) ~= "table" or type(own[name]) ~= "function") then
      self:complain(path .. ":1", "the function '%s' is missing, which the shipped library has", name)
    end
  end
end

function Inspection:check_place(file, path)
  local script = file.name:match "^hooks/(.*)%.lua$"
  if not file.name:find "%.lua$" then
    self:complain(path .. ":1", "it is not used, because its name does not end in .lua")
  elseif not file.name:find "^[%w_/]+%.lua$" then
    self:complain(path .. ":1", "it is not used: a name has letters, digits and _ only")
  elseif script and not self.known[script] then
    self:complain(path .. ":1", "there is no script '%s' to hook%s", script, suggest(script, self.scripts))
  else
    return true
  end
end

function Inspection:check_file(file)
  local path = file.dir .. "/" .. file.name
  if not self:check_place(file, path) then return end
  local text, refused = self.core.source(file.name, file.overlay)
  if not text then return self:complain_of(refused, path) end
  local compiled, message = self.core.load(text, "@" .. path, {})
  if not compiled then return self:complain_of(message, path) end
  local module = file.name:match "^lualib/(.*)%.lua$"
  if module then self:check_library(path, (module:gsub("/", "."))) end
  self:complain_of_lines(path, text_of.calls(text, self.known, self.scripts))
  self:complain_of_lines(path, text_of.members(text))
  local own = self:names_of(file)
  if own then self:complain_of_lines(path, text_of.names(self.core, text, own)) end
end

function Inspection:check_files(files, where)
  for _, file in ipairs(files) do
    if file.name:find(where) then self:check_file(file) end
  end
end

function Inspection:check_folders()
  local refused = self.core.overlay_error()
  if refused then self:complain(refused:match "^the overlay (%S+)" .. ":1", "%s", refused) end
  for number, dir in ipairs(self.core.overlays()) do
    local names, message = {}, nil
    if not self.core.overlay_texts(number) then names, message = sys.list(dir) end
    if not names then self:complain(dir .. ":1", "the overlay cannot be read: %s", message) end
    for _, name in ipairs(names or {}) do
      if name:find "%.lua$" then
        self:complain(("%s/%s:1"):format(dir, name), "it is not used; scripts belong into scripts/, hooks into hooks/")
      end
      local guess = nearest(name, folders)
      if guess and guess ~= name and sys.list(dir .. "/" .. name) then
        self:complain(("%s/%s:1"):format(dir, name), "it is not used; did you mean '%s'?", guess)
      end
    end
  end
end

local function run_of(core)
  local unused = errors.cloud "the configuration is read while the script is loaded; read it in a step"
  return runs.new { core = core, config_error = unused, request = {}, programs = true }
end

--- Checks everything that is in force.
---@param core table
---@return { problems: Problem[], scripts: integer, files: integer, hooks: integer }
function check.all(core)
  local shipped = setmetatable({ source = function(name) return core.source(name, 0) end,
    overlays = function() return {} end }, { __index = core })
  local run, files = run_of(core), sources.overlaid(core)
  local inspection = setmetatable({ core = core, run = run, shipped = run_of(shipped), bases = builtins.of(run),
    workflow_bases = builtins.of(run, true), hooks = 0, problems = {}, seen = {}, declared = {},
    scripts = sources.scripts(core), known = {} }, Inspection)
  for _, name in ipairs(inspection.scripts) do inspection.known[name] = true end
  inspection:check_folders()
  inspection:check_files(files, "^lualib/")
  -- A broken library is one problem and not one of every script that requires it.
  if #inspection.problems == 0 then
    for _, name in ipairs(inspection.scripts) do inspection:check_script(name) end
  end
  inspection:check_files(files, "^[hs]")
  return { problems = inspection.problems, scripts = #inspection.scripts, files = #files, hooks = inspection.hooks }
end

return check
