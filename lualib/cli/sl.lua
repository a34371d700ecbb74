--- slcpi sl SERVICE METHOD [ID] [ARGUMENT]…: one call of the API.

local class = require "softlayer.class"
local destructive = require "softlayer.destructive"
local errors = require "errors"
local json = require "core.json"
local log = require "core.log"
local output = require "output"

local sl = { description = "Sends one call of the API and prints its value: SoftLayer_Virtual_Guest::getObject of 5 is "
  .. "`slcpi sl Virtual_Guest getObject 5`. Exit status 0: it was answered; 1: an error; 2: misuse, nothing was sent." }

local GUID = "^%x+%-%x+%-%x+%-%x+%-%x+$"

function sl.describe(parser)
  parser:argument("service", "Such as Virtual_Guest, with or without SoftLayer_.")
  parser:argument("method", "Such as getObject.")
  parser:argument("arguments", "The object's id first, a number or a GUID, or - for none; then the method's arguments "
    .. "as JSON; what is no JSON is taken as a string."):args "*"
  parser:option("--mask", "Which properties the answer shall have: \"id,datacenter.name\".")
  parser:option("--filter", "Which objects of a list, as JSON: '{\"hostname\": \"web*\"}'."):argname "JSON"
  parser:option("--limit", "At most so many objects of a list."):argname "N"
  parser:option("--offset", "Skipping so many; with --limit."):argname "N"
  parser:option("--format", table.concat(output.FORMATS, ", ") .. ". On a terminal auto: a table or a tree; else json.")
    :choices(output.FORMATS)
  parser:flag("--write", "Also calls that change something.")
  parser:flag("--yes", "Does not ask before what cannot be undone.")
end

local function misuse(format, ...) error(errors.new { misuse = true, message = format:format(...) }, 0) end

local function name_of(text, pattern, what)
  return text:find(pattern) and text or misuse("'%s' is no %s's name", text, what)
end

local function count_of(text, option, least)
  if not text then return nil end
  local count = math.tointeger(tonumber(text))
  return count and count >= least and count or misuse("%s takes a number from %d, not '%s'", option, least, text)
end

local function filter_of(text)
  if not text then return nil end
  local filter, message = json.decode(text)
  if type(filter) ~= "table" or json.is_array(filter) then
    misuse("--filter takes a JSON object: %s", message or text)
  end
  return filter
end

local function value_of(word)
  local value, message = json.decode(word)
  if message then return word end
  return value
end

-- Takes the object's id from the front of the arguments.
local function take_id(words)
  local first = words[1]
  if not (first and (first == "-" or first:find "^%d+$" or first:find(GUID))) then return nil end
  table.remove(words, 1)
  return first ~= "-" and (math.tointeger(tonumber(first)) or first) or nil
end

local function wanted_of(options)
  local words = table.move(options.arguments, 1, #options.arguments, 1, {})
  local wanted = {
    service = name_of((options.service:gsub("^SoftLayer_", "")), "^%u[%w_]*$", "service"),
    method = name_of(options.method, "^%l%w*$", "method"),
    mask = options.mask, filter = filter_of(options.filter), limit = count_of(options.limit, "--limit", 1),
    offset = count_of(options.offset, "--offset", 0), id = take_id(words), arguments = json.array {},
  }
  if wanted.offset and not wanted.limit then misuse "--offset goes with --limit" end
  for i, word in ipairs(words) do wanted.arguments[i] = value_of(word) end
  if class(wanted.method) ~= "read" and not options.write then
    misuse("%s may change something; --write sends it", wanted.method)
  end
  return wanted
end

local function permitted(core, wanted, options)
  if options.yes or not destructive(wanted.method) then return true end
  local answer = core.ask(("Send SoftLayer_%s%s::%s? Type yes: "):format(wanted.service,
    wanted.id and "(" .. wanted.id .. ")" or "", wanted.method))
  if not answer then
    misuse("%s cannot be undone and there is no terminal to ask on; --yes does without", wanted.method)
  end
  return answer == "yes"
end

-- What the API says of itself, if it can be had.
local function description(core, settings)
  if not settings.config then return nil end
  local metadata = require "api.metadata"
  local state_directory = require "state_directory"
  state_directory.configure(settings.config, "")
  local directory = state_directory.current()
  return (metadata.open(metadata.source(settings.config, directory, "slcpi/" .. core.version)))
end

local function check_filter(core, settings, wanted)
  local api = wanted.filter and description(core, settings)
  local rooted = api and require "softlayer.filter".of(wanted.filter, wanted.method)
  local problem = rooted and require "api.filter_check"(api, { service = wanted.service, filter = rooted })
  if problem then misuse("%s", problem) end
end

local function send(core, options, wanted)
  if not core.log_level then log.level "warn" end
  local settings = require "engine".start(core, options.config or core.config)
  check_filter(core, settings, wanted)
  local document = { method = "prompt/call", arguments = json.array { wanted, options.write or false }, api_version = 3,
    context = {} }
  local ok, result = require "dispatch".attempt(settings, document)
  if not ok then error(errors.wrap(result), 0) end
  return result
end

local function show(core, options, value)
  local terminal = core.terminal()
  output.page(core, output.render(value, {
    format = options.format or not terminal and "json" or "auto", width = terminal and terminal.columns,
    colour = terminal and terminal.colour, unicode = not terminal or terminal.unicode,
    order = options.mask and output.order(options.mask),
  }))
end

--- What a shell may complete: services, then their methods.
function sl.candidates(core, place, words, settings)
  local api = place <= 2 and description(core, settings)
  if not api then return {} end
  return place == 1 and api:services() or api:methods((words[1]:gsub("^SoftLayer_", ""))) or {}
end

---@param core table
---@param options table
---@return integer exit_status
function sl.run(core, options)
  local wanted = wanted_of(options)
  if not permitted(core, wanted, options) then return 1 end
  show(core, options, send(core, options, wanted))
  return 0
end

return sl
