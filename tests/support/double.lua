--- Scripts and hooks in-process: the engine's half in Lua over a double of the core and of the API, so that a spec says
--- what the API answers and sees all that was sent.

local fake = require "lualib.fake"
local json = require "core.json"
local log = require "core.log"
local sources = require "sources"

local double = {}

-- The text of a source, as lengine.c finds it: that of one overlay, 0 for what is shipped, or the first there is.
local function source_of(overlays, name, number)
  for i = number or 1, number or #overlays do
    local path = i > 0 and overlays[i] .. "/" .. name
    local text = path and fake.slurp(path)
    if text then return text, "@" .. path end
  end
  local text = (number or 0) == 0 and fake.slurp(name)
  if text then return text, "@builtin/" .. name end
end

local function core_of(overlays)
  local core = { version = "test", traceback = debug.traceback }
  function core.source(name, number) return source_of(overlays, name, number) end
  function core.load(text, chunk, environment) return load(text, chunk, "t", environment) end
  function core.overlay_error() end
  function core.overlay_texts() end
  function core.overlays() return overlays end
  function core.last_words() end
  function core.deadline() end
  return core
end

-- Lets `require` find the overlays' libraries first, until the function that it gives is called.
local function use_libraries(core)
  local path, replaced = package.path, {}
  for _, file in ipairs(sources.overlaid(core)) do
    local module = file.name:match "^lualib/(.*)%.lua$"
    if module then
      module = module:gsub("/", ".")
      replaced[module], package.loaded[module] = package.loaded[module] or false, nil
    end
  end
  for i = #core.overlays(), 1, -1 do package.path = core.overlays()[i] .. "/lualib/?.lua;" .. package.path end
  return function()
    package.path = path
    for module, shipped in pairs(replaced) do package.loaded[module] = shipped or nil end
  end
end

--- A world: an API double, a clock that moves only when somebody waits, a state directory.
---@param overlays string[]? directories, as --overlay names them
---@return table world {api=, clock=, dir=, request=, close=}; `softlayer` is laid over the configuration, `rehearsal`
---is the request's
function double.world(overlays)
  local dir, remove = fake.directory()
  local world = { api = fake.api(), clock = fake.clock(), dir = dir }
  local core = core_of(overlays or {})
  local forget_libraries = use_libraries(core)
  package.loaded["core.softlayer"] = { open = function() return world.api.handle end }
  log.level "off"
  local dispatch = require "dispatch"

  local function softlayer()
    local account = { username = "u", api_key = "the-api-key", endpoint = "https://api.example.org/rest/v3.1" }
    for name, value in pairs(world.softlayer or {}) do account[name] = value end
    return account
  end

  local function settings()
    return {
      core = core, rehearsal = world.rehearsal,
      config = {
        softlayer = softlayer(),
        agent = { mbus = "nats://x" }, registry = {}, engine = { state_dir = world.dir },
      },
    }
  end

  --- Runs a method; api version 3.
  ---@return boolean ok
  ---@return any result or Error
  function world.request(method, ...)
    local document = { method = method, arguments = json.array { ... }, api_version = world.version or 3,
      context = { director_uuid = "director" } }
    local err = require "request".check(document)
    if err then return false, err end
    local ok, result = dispatch.try(settings(), document)
    require "answered".tell(ok)
    return ok, result
  end

  function world.close()
    world.clock.restore()
    remove()
    forget_libraries()
    log.level "info"
    package.loaded["core.softlayer"] = nil
  end
  return world
end

--- A guest as the API shows it when it is ready.
---@param id integer
---@param hostname string?
function double.ready_guest(id, hostname)
  return {
    id = id, hostname = hostname, provisionDate = "2016-11-21T10:00:00-06:00", powerState = { keyName = "RUNNING" },
    billingItem = { id = 1 },
    primaryNetworkComponent = { macAddress = "06:AA", primaryIpAddress = "169.1.1.1" },
  }
end

--- Lets an API double sell guests: 101, 102, … which are ready at once and gone once they are deleted.
---@param api table of a world
---@return table<integer, true> deleted those that are gone, by id
function double.sell_guests(api)
  local deleted = {}
  api["Virtual_Guest_Block_Device_Template_Group::getObject"] = function(call)
    return { id = call.id, globalIdentifier = "guid" }
  end
  api["Virtual_Guest::createObject"] = function(_, n) return { id = 100 + n } end
  api["Virtual_Guest::getObject"] = function(call)
    if deleted[call.id] then return nil, fake.not_found() end
    return double.ready_guest(call.id)
  end
  api["Virtual_Guest::deleteObject"] = function(call)
    deleted[math.tointeger(call.id)] = true
    return true
  end
  api["Account::getCurrentUser"] = function() return { id = 1, hasFullVirtualGuestAccessFlag = true } end
  api["Virtual_Guest::setUserMetadata"] = function() return true end
  api["Virtual_Guest::setTags"] = function() return true end
  return deleted
end

--- The script as the engine loads it, without running it.
---@return Script
function double.compile(name)
  return require "run".new({ core = core_of {}, request = {}, config = {} }):load(name)
end

return double
