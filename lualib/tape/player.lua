--- Answers a request from its recording: no network, no waiting, nothing of the account's. Strict: what differs from
--- the recorded conversation is an error, and so is what the recording has beyond it.

local answered = require "answered"
local errors = require "errors"
local events = require "events"
local exchange = require "exchange"
local file = require "tape.file"
local json = require "core.json"
local log = require "core.log"
local moment = require "moment"
local nearest = require "nearest"
local session = require "session"
local state_directory = require "state_directory"
local sys = require "core.sys"
local talk = require "tape.talk"
local disguise = require "tape.disguise"

local player = {}

local MEMORY = 1 << 30 -- bytes: a recording is in memory as a whole

-- Keys of `engine` that are about the machine of then.
local ELSEWHERE = { "state_dir", "overlay", "ca_file", "proxy", "speed", "memory_mb", "log_level" }

---@class Player
---@field path string
---@field talks table[] what was asked and answered
---@field at integer how many of them are over
---@field moments table[] from which time was counted
---@field passed integer how many of them are over
---@field err Error? how the request left the recording
local Player = {}
Player.__index = Player

local function calls_of(entry) return entry.calls or { entry.request } end

local function place_of(entry) return ("line %d, %s"):format(entry.line, talk.name(calls_of(entry)[1])) end

local function like(asked, entry)
  local found = talk.differences_of_all(asked, calls_of(entry))
  local same = talk.name(asked[1]) == talk.name(calls_of(entry)[1])
  return #found + (same and 0 or 100), found
end

-- The one that is most like what was asked; of several the first behind the present place.
local function nearest_to(self, asked)
  local best, least, why
  for n = 1, #self.talks do
    local entry = self.talks[(self.at + n - 1) % #self.talks + 1]
    local apart, found = like(asked, entry)
    if not least or apart < least then best, least, why = entry, apart, found end
  end
  return best, why
end

function Player:stray(asked)
  local expected = self.talks[self.at + 1]
  local what = expected and ("recorded is %s"):format(place_of(expected)) or self.cut
    and "the recording ends here: " .. self.cut or "the recording has no more calls"
  local best, why = nearest_to(self, asked)
  local hint = not best and "" or best == expected and ", with " .. talk.text(why)
    or #why == 0 and ("; the same is in %s"):format(place_of(best))
    or ("; the nearest one is %s, with %s"):format(place_of(best), talk.text(why))
  self.err = errors.cloud("the request leaves its recording %s after %d of %d flights: %s is asked, %s%s", self.path,
    self.at, #self.talks, talk.name(asked[1]), what, hint)
end

local function until_recorded(moment_then)
  local left = moment_then - sys.monotonic()
  if left > 0 then sys.sleep(left) end -- which only moves the clock
end

-- The answer's entry for what is asked; raises, and does so from then on.
function Player:answer(asked)
  local expected = self.talks[self.at + 1]
  local fits = not self.err and expected and #talk.differences_of_all(asked, calls_of(expected)) == 0
  if not fits and not self.err then self:stray(asked) end
  if self.err then error(self.err, 0) end
  self.at = self.at + 1
  until_recorded(expected.at)
  until_recorded(expected.at + expected.took)
  if expected.raised then error(errors.new(expected.raised), 0) end
  return expected
end

function Player:hear(event, phase)
  local expected = file.is_moment(event, phase) and self.moments[self.passed + 1]
  if not expected or expected.moment ~= event.kind or expected.name ~= event.name then return end
  self.passed = self.passed + 1
  until_recorded(expected.clock)
end

function Player:flight(calls)
  local asked = {}
  for i, call in ipairs(calls) do asked[i] = json.decode(assert(json.encode(talk.of_call(call)))) end
  local results = self:answer(asked).results
  for _, result in ipairs(results) do result.err = result.err and errors.new(result.err) end
  return results
end

function Player:exchange(request) return self:answer({ talk.of_request(request) }).answer end

local function remove(dir)
  for _, name in ipairs(sys.list(dir) or {}) do sys.remove(dir .. "/" .. name) end
  sys.remove(dir)
end

-- What must not stay when the answer was given.
function Player:clear()
  answered.tell(true)
  state_directory.use(false)
  remove(self.scratch)
end

local function compare_answer(self, ok, result)
  local answer = ok and { result = result == nil and json.null or result }
    or { error = { type = result.type, message = result.message, ok_to_retry = result.ok_to_retry } }
  local found = talk.differences(json.decode(assert(json.encode(answer))), self.recorded)
  if #found > 0 then log.warn("the answer is not the one in %s: %s", self.path, talk.text(found)) end
end

--- Ends the replay: whoever left the recording, or came back early, has no answer.
---@return boolean ok
---@return any result
function Player:finish(ok, result)
  self:clear()
  if self.err then return false, self.err end
  local left = self.talks[self.at + 1]
  if left and ok then
    return false, errors.cloud("the request ended before its recording %s: %d of %d flights were not asked, the first "
      .. "is %s", self.path, #self.talks - self.at, #self.talks, place_of(left))
  end
  if self.cut then
    log.warn("the recording %s has no answer: %s", self.path, self.cut)
  else
    compare_answer(self, ok, result)
  end
  return ok, result
end

local function differences(header, document)
  return talk.differences({ arguments = document.arguments, words = document.words },
    { arguments = header.arguments, words = header.words })
end

local function complain(dir, document, best, why)
  if best then
    error(errors.cpi("no recording of %s in %s fits; the nearest is %s, with %s", document.method, dir, best.name,
      talk.text(why)), 0)
  end
  local methods = {}
  for _, each in ipairs(file.list(dir)) do methods[#methods + 1] = each.method end
  local meant = nearest(document.method, methods)
  error(errors.cpi("there is no recording of %s in %s%s", document.method, dir,
    meant and ", but one of " .. meant or ""), 0)
end

-- The first recording behind the one that was played last, else the first of all, that fits.
local function choose(dir, document, last)
  local first, best, least, why
  for _, each in ipairs(file.list(dir, document.method)) do
    each.header = file.header(each.path)
    local found = each.header and differences(each.header, document)
    if found and #found == 0 and each.number > last then return each end
    if found and #found == 0 then first = first or each end
    if found and #found < (least or math.huge) then best, least, why = each, #found, found end
  end
  return first or complain(dir, document, best, why)
end

-- Requests are played in their order by processes that know nothing of each other but this file's number.
local function next_recording(dir, document)
  local held <close>, message = sys.lock(dir .. "/replayed")
  if not held then log.warn("the replay begins with the first recording that fits: %s", message) end
  local chosen = choose(dir, document, held and tonumber((held:read())) or 0)
  if held then held:write(tostring(chosen.number)) end
  return chosen
end

local function config_of(header)
  local config = header.config
  for _, name in ipairs(config and ELSEWHERE or {}) do config.engine[name] = nil end
  return config, header.config_error and errors.new(header.config_error)
end

-- A recording comes from anywhere, so it names no other place.
local function write(dir, entry)
  if not entry.file:find "^[%w_-]+%.?[%w_-]*$" then return nil, entry.file .. " is no name of a record" end
  return sys.write_atomic(dir .. "/" .. entry.file, entry.text)
end

-- Records and caches as the request found them, for itself alone.
local function scratch_of(entries)
  local dir = ("%s/slcpi-replay-%s"):format(sys.getenv "TMPDIR" or "/tmp", sys.uuid())
  local made, message = sys.mkdir(dir)
  local durable = true
  for _, entry in ipairs(made and entries or {}) do
    if entry.state == false then durable = false end
    if entry.text and made then made, message = write(dir, entry) end
  end
  if not made then
    remove(dir)
    error(errors.cpi("the replay has no place for its records: %s", message), 0)
  end
  state_directory.use(durable and dir)
  return dir
end

-- A mark is as secret as its value, so that what masks the one masks the other.
local function learn_marks(value)
  if type(value) == "table" then
    for _, inner in pairs(value) do learn_marks(inner) end
  elseif type(value) == "string" then
    for mark in value:gmatch(disguise.MARK) do log.secret(mark) end
  end
end

local function load(chosen)
  local self = setmetatable({ path = chosen.path, talks = {}, at = 0, moments = {}, passed = 0,
    cut = "it was interrupted" }, Player)
  local entries = file.read(chosen.path)
  for _, entry in ipairs(entries) do
    if entry.moment then self.moments[#self.moments + 1] = entry end
    if entry.at then self.talks[#self.talks + 1] = entry end
    if entry.cut then self.cut = entry.cut end
    if entry.answer and not entry.at then self.recorded, self.cut = entry.answer, nil end
  end
  self.scratch = scratch_of(entries)
  learn_marks(entries)
  return self
end

local function set_time(core, header)
  core.speed(header.speed)
  core.replay_clock(header.now, header.monotonic)
  core.seed(sys.unbase64(header.seed))
  moment.use(header.boot)
end

--- Begins to play the recording of a request; raises when none fits.
---@param settings table
---@param document table
---@return Player
---@return table document as it was recorded
function player.open(settings, document)
  local core = settings.core
  core.memory(MEMORY)
  local chosen = next_recording(core.replay, document)
  local header, self = chosen.header, load(chosen)
  log.info("replay of %s, recorded at %s by slcpi %s", chosen.path, header.started, header.slcpi)
  set_time(core, header)
  settings.config, settings.config_error = config_of(header)
  session.answer_from(function(calls) return self:flight(calls) end)
  events.listen(function(event, phase) self:hear(event, phase) end)
  exchange.tap(function(request) return self:exchange(request) end)
  return self, { method = header.method, arguments = header.arguments, words = header.words,
    api_version = header.api_version, context = header.context }
end

return player
