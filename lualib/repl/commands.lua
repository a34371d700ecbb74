--- Lines that begin with a colon.

local doc = require "repl.doc"
local errors = require "errors"
local log = require "core.log"
local nearest = require "nearest"
local output = require "output"
local scripts = require "repl.scripts"
local sys = require "core.sys"

local commands = {}

local known = {}

local function sorted_keys(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

--- The names of all commands, sorted.
---@return string[]
function commands.names() return sorted_keys(known) end

--- The same with their colons.
---@return string[]
function commands.words()
  local words = {}
  for i, name in ipairs(commands.names()) do words[i] = ":" .. name end
  return words
end

local HELP = [[
Lua. An expression shows its value, which is _ afterwards and keeps its number: _1, _2, ...; a trailing ; silences it.
An unfinished line goes on in the next one. Globals stay, locals end with their line. Ctrl-C stops what runs.

  sl.Account:mask("id,hostname"):filter{hostname = "web*"}:getVirtualGuests()     any service, any method
  for guest in sl.Account:each "getVirtualGuests" do print(guest.hostname) end    all pages
  sl.all{sl.Account:later "getObject", sl.Virtual_Guest:id(5):later "getObject"}  one flight
  cpi.has_vm{vm_cid = "5"}   cpi.delete_vm.settle("5")                            scripts, and their steps
  virtual_guest.find("5")                                                         libraries by their names
  writes(true)                                                                    allows changes

  :help [NAME]       this, or what a script, step, library or function does; :doc NAME is the same
  :doc SERVICE[.METHOD]   what the API says of it: :doc Virtual_Guest.getObject
  :auto :table :tree :json :csv :raw [CODE]   the format of results from now on, or of this code's
  :time [CODE]       seconds and API calls of the last line, or of this code
  :trace             the calls of the last line that made any
  :curl              the last call for a shell
  :plan on|off|CODE  changes are told instead of made, from now on or by this code
  :record FILE       writes what is typed into a file, until `:record off`
  :source FILE       runs such a file
  :reload            loads libraries anew; scripts and hooks always are
  :set [NAME VALUE]  format, width, seconds that a line may take, log
  :quit              as Ctrl-D, or Ctrl-C twice

scripts: %s]]

local TOPICS = {
  sl = "sl.SERVICE:METHOD(...) calls the API: sl.Account:getVirtualGuests(), sl.Virtual_Guest:id(5):getObject().\nIn "
    .. "front of the method: :id(N), :mask(\"id,hostname\"), :filter{hostname = \"web*\"}, :limit(N).\n"
    .. ":each \"METHOD\" goes through all pages, :later \"METHOD\" is a call for sl.all{...}. :doc SERVICE tells more.",
  cpi = "cpi.SCRIPT{argument = value} runs a script with its hooks, as a director's request would: cpi.has_vm{vm_cid = "
    .. "\"5\"}.\ncpi.SCRIPT.STEP(...) runs one step. :help SCRIPT tells its arguments and steps.",
  writes = "writes(true) allows calls and scripts that change the account, writes(false) does not. What destroys "
    .. "something is asked about in any case.",
}

function known.help(repl, argument)
  local command = argument:match "^:?(%l+)$"
  if TOPICS[argument] then return repl.screen:print(TOPICS[argument]) end
  if argument:find "^:" and command and known[command] then argument = "" end
  if argument ~= "" then return repl.screen:print(doc.of(repl, argument)) end
  repl.screen:print(HELP:format(table.concat(scripts.names(repl.core, ""), " ")))
end

function known.doc(repl, argument) repl.screen:print(doc.of(repl, argument)) end

function known.time(repl, argument)
  if argument ~= "" and repl:evaluate(argument) == nil then error(errors.cpi "the code is not complete", 0) end
  local last = repl.last or error(errors.cpi "nothing was evaluated yet", 0)
  repl.screen:print(("%.3f s, %d API calls"):format(last.seconds, last.calls))
end

function known.curl(repl)
  local call = repl.guard.last or error(errors.cpi "nothing was sent yet", 0)
  local user = not repl.iam and repl.user or nil
  repl.screen:print(require "repl.trace".curl(call, repl.endpoint, user))
end

function known.trace(repl) repl.screen:print(require "repl.trace".text(repl.guard.calls)) end

local function switch(argument)
  if argument == "on" or argument == "off" then return argument == "on" end
  error(errors.cpi("on or off, not '%s'", argument), 0)
end

function known.plan(repl, argument)
  if argument == "" or argument == "on" or argument == "off" then
    repl.planning = switch(argument)
    return
  end
  local before = repl.planning
  repl.planning = true
  local ok, result = pcall(repl.evaluate, repl, argument)
  repl.planning = before
  if not ok then error(result, 0) end
  if result == nil then error(errors.cpi "the code is not complete", 0) end
  return result
end

-- Ends a recording; its file holds what was typed as it was typed.
local function write_recording(repl)
  if not repl.recording then return end
  local text = table.concat(repl.recording, "\n") .. "\n"
  local done, message = sys.write_atomic(repl.recording.path, text)
  repl.recording = nil
  return done or error(errors.cpi("%s", message), 0)
end

function known.record(repl, argument)
  write_recording(repl)
  if argument == "" then error(errors.cpi "a file's name, or off", 0) end
  if argument ~= "off" then repl.recording = { path = argument } end
end

function known.source(repl, argument) return repl:source(argument) end

-- Libraries of what the API and BOSH mean, and those of overlays; the engine itself goes on as it is.
function known.reload(repl)
  local count = 0
  local function forget(file)
    local module = file:match "^lualib/(.+)%.lua$"
    if module then repl.core.unload((module:gsub("/", "."))) end
    count = count + (module and 1 or 0)
  end
  for _, file in ipairs(repl.core.builtin()) do
    if file:find "^lualib/softlayer" or file:find "^lualib/bosh/" then forget(file) end
  end
  for _, file in ipairs(require "sources".overlaid(repl.core)) do
    local path = file.name
    if path:find "^lualib/softlayer" or path:find "^lualib/bosh/" or not repl.core.source(path, 0) then forget(path) end
  end
  repl.scripts = nil
  repl.screen:print(("%d libraries are loaded anew when they are used"):format(count))
end

local function positive(text)
  local number = tonumber(text)
  return number and number > 0 and number or error(errors.cpi("a positive number, not '%s'", text), 0)
end

local settings = {
  format = function(repl, value)
    for _, format in ipairs(output.FORMATS) do
      if value == format then repl.screen.format = value return end
    end
    error(errors.cpi("one of %s", table.concat(output.FORMATS, ", ")), 0)
  end,
  width = function(repl, value) repl.screen.width = math.tointeger(positive(value)) end,
  seconds = function(repl, value) repl.seconds, repl.guard.seconds = positive(value), positive(value) end,
  log = function(_, value)
    local ok = pcall(log.level, value)
    if not ok then error(errors.cpi "debug, info, warn, error or off", 0) end
  end,
}

local function told(repl)
  return ("format %s\nwidth %s\nseconds %s\nlog %s"):format(repl.screen.format, repl.screen.width or "of the terminal",
    repl.seconds, log.level())
end

function known.set(repl, argument)
  if argument == "" then return repl.screen:print(told(repl)) end
  local name, value = argument:match "^(%S+)%s+(%S+)$"
  if not name or not settings[name] then
    error(errors.cpi("a name and a value: %s", table.concat(sorted_keys(settings), ", ")), 0)
  end
  settings[name](repl, value)
end

for _, format in ipairs(output.FORMATS) do
  known[format] = function(repl, argument)
    if argument == "" then repl.screen.format = format return end
    local ok = repl:evaluate(argument, { format = format })
    if ok == nil then error(errors.cpi "the code is not complete", 0) end
    return ok
  end
end

function known.quit(repl) repl.over = true end

--- Whatever must be done when the session ends.
---@param repl Repl
function commands.close(repl) write_recording(repl) end

-- The one command that begins so.
local function beginning(name)
  local found
  for _, command in ipairs(name ~= "" and commands.names() or {}) do
    if command:sub(1, #name) == name then
      if found then return nil end
      found = command
    end
  end
  return found
end

--- Runs a command.
---@param repl Repl
---@param line string ":help create_vm"
---@return boolean ok
function commands.run(repl, line)
  local name, argument = line:match "^%s*:(%S*)%s*(.-)%s*$"
  local ok, result = pcall(function()
    if not known[name] then
      local guess = nearest(name, commands.names()) or beginning(name)
      error(errors.cpi("there is no command ':%s'%s", name, guess and (", did you mean ':%s'?"):format(guess)
        or "; :help lists them"), 0)
    end
    return known[name](repl, argument)
  end)
  if ok then return result ~= false end
  repl.screen:complain(errors.wrap(result))
  return false
end

return commands
