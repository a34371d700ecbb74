--- Doubles for specs: a clock that only moves when somebody sleeps, an API that answers from a
--- table of functions, a directory that goes away.

local json = require "core.json"
local moment = require "moment"
local sys = require "core.sys"

local fake = {}

--- Replaces core.sys's clock until clock:restore().
---@return table clock {time=, deadline=, sleeps={seconds…}, pauses={seconds…}, interrupted=}
function fake.clock()
  local clock = { time = 1000, deadline = math.huge, sleeps = {}, pauses = {}, interrupted = false }
  local real = {}
  local function replace(name, f)
    real[name], sys[name] = sys[name], f
  end
  replace("monotonic", function() return clock.time end)
  replace("now", function() return 1.7e9 + clock.time end)
  replace("remaining", function() return math.max(0, clock.deadline - clock.time) end)
  replace("interrupted", function() return clock.interrupted end)
  replace("boottime", function() return clock.time end)
  local function pass(seconds)
    if clock.interrupted then return false end
    local in_time = clock.time + seconds < clock.deadline
    clock.time = in_time and clock.time + seconds or clock.deadline
    return in_time
  end
  replace("sleep", function(seconds)
    clock.sleeps[#clock.sleeps + 1] = seconds
    if clock.on_sleep then clock.on_sleep(seconds) end
    return pass(seconds)
  end)
  replace("pause", function(seconds)
    clock.pauses[#clock.pauses + 1] = seconds
    if clock.on_pause then clock.on_pause(seconds) end
    return pass(seconds)
  end)
  function clock.restore()
    for name, f in pairs(real) do sys[name] = f end
  end
  return clock
end

--- The moment so many seconds ago.
---@return Moment
function fake.ago(seconds)
  local past = moment.now()
  past.at, past.since = past.at - seconds, past.since - seconds
  return past
end

--- An API: api["Virtual_Guest::getObject"] = function(call, n) return value or nil, error end, where
--- n counts the calls of that method. Whatever was sent is in api.sent as {name=, id=, args=, …}.
---@return table api
function fake.api()
  local api = { sent = {} }
  local counts = {}

  local function answer(call)
    local name = call.service .. "::" .. call.method
    counts[name] = (counts[name] or 0) + 1
    local body = call.body and json.decode(call.body)
    local seen = { name = name, id = call.id, mask = call.mask, once = call.once, timeout = call.timeout,
      offset = call.offset, limit = call.limit, args = body and body.parameters,
      filter = call.filter and json.decode(call.filter) }
    api.sent[#api.sent + 1] = seen
    local value, err
    if api[name] then
      value, err = api[name](seen, counts[name])
    else
      err = fake.refusal("SoftLayer_Exception", "nobody answers " .. name)
    end
    return { value = value, err = err, status = err and err.status or 200, seconds = 0, bytes_in = 0 }
  end

  api.handle = {
    send = function(_, calls)
      local results = {}
      for i, call in ipairs(calls) do results[i] = answer(call) end
      if api.after then api.after(calls) end
      return results
    end,
  }

  --- The names of the calls in their order.
  function api.names()
    local names = {}
    for i, call in ipairs(api.sent) do names[i] = call.name end
    return names
  end

  --- How often a method was called.
  function api.count(name) return counts[name] or 0 end

  return api
end

--- An answer {"error":…,"code":…} of the API.
function fake.refusal(code, words, status)
  return { kind = "api", code = code, message = words, status = status or 500, sent = true }
end

function fake.not_found()
  return fake.refusal("SoftLayer_Exception_ObjectNotFound", "Unable to find object with id of '1'.", 404)
end

--- No answer: the connection ended after the request was sent, or (sent = false) before.
function fake.broken(sent)
  return { kind = "transport", message = "the connection was reset", sent = sent ~= false }
end

--- An empty directory and the function that removes it.
---@return string path
---@return fun() remove
function fake.directory()
  local path = os.tmpname()
  os.remove(path)
  assert(sys.mkdir(path))
  return path, function() os.execute(("rm -rf '%s'"):format(path)) end
end

--- Has records and caches be in a directory, or nowhere.
---@param dir string?
---@param director string?
function fake.records_in(dir, director)
  local state_directory = require "state_directory"
  state_directory.use(dir or false)
  state_directory.configure(nil, director or "director")
end

--- The text of a file; nil when there is none.
function fake.slurp(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read "a"
  file:close()
  return text
end

function fake.spill(path, text)
  local file = assert(io.open(path, "wb"))
  assert(file:write(text))
  assert(file:close())
end

return fake
