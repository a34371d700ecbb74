--- slcpi call METHOD [JSON]…: a CPI method for people.

local errors = require "errors"
local json = require "core.json"
local request = require "request"
local tape = require "tape"

local call = { description = "Calls a CPI method and prints its result." }

function call.describe(parser)
  parser:argument("method", "The CPI method, such as has_vm.")
  parser:argument("arguments", "Its arguments as JSON; what is no JSON is taken as a string."):args "*"
  parser:option("--api-version", "The CPI API version to speak."):default "3":convert(math.tointeger)
  tape.describe(parser)
  parser:option("--director", "The director's uuid, part of the keys of state records."):default "slcpi-call"
  parser:option("--trace", "Appends what was done to FILE, for `slcpi trace`."):argname "FILE"
end

--- The methods, for the first word.
function call.candidates(core, place)
  local names = {}
  for _, script in ipairs(place == 1 and require "sources".scripts(core) or {}) do
    names[#names + 1] = script:match "^[%l%d_]+$"
  end
  return names
end

--- `slcpi call METHOD --help` is about the method.
function call.helps_with(options) return options.method ~= nil end

-- What begins like an object, an array or a text in quotes is meant to be one.
local function value_of(word)
  local value, message = json.decode(word)
  if not message then return value end
  if word:find '^%s*[{%["]' then error(errors.cpi("the argument %s is no JSON: %s", word, message), 0) end
  return word
end

local function tell(core, options)
  local settings = require "engine".start(core, options.config or core.config)
  local script = require "dispatch".script(settings, options.method)
  core.print(require "workflows".help("slcpi call " .. options.method, script, "in this order, as JSON"))
  return 0
end

---@param core table
---@param options table
---@return integer exit_status
function call.run(core, options)
  if options.help then return tell(core, options) end
  local arguments = json.array {}
  for i, word in ipairs(options.arguments) do arguments[i] = value_of(word) end
  tape.take(core, options)
  core.trace = options.trace or core.trace
  local settings = require "engine".start(core, options.config or core.config)
  local dispatch = require "dispatch"
  local document = { method = options.method, arguments = arguments, api_version = options.api_version,
    context = { director_uuid = options.director } }
  local err = request.check(document)
  if err then error(err, 0) end
  local ok, result = dispatch.try(settings, document)
  if ok then core.print(assert(json.encode(result == nil and json.null or result, { pretty = true })) .. "\n") end
  require "answered".tell(ok)
  if not ok then error(errors.wrap(result), 0) end
  return 0
end

return call
