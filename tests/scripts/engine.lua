--- Scripts in-process: the real engine's half in Lua over a double of the core and of the API.

local fake = require "lualib.fake"
local json = require "core.json"
local log = require "core.log"

local engine = {}

local core = { version = "test", traceback = debug.traceback }
function core.source(name)
  local text = fake.slurp(name)
  if text then return text, "@builtin/" .. name end
end
function core.load(text, chunk, environment) return load(text, chunk, "t", environment) end
function core.overlays() return {} end
function core.last_words() end
function core.deadline() end

--- A world: an API double, a clock, a state directory.
---@return table world {api=, clock=, dir=, request=, close=}; world.softlayer is laid over the configuration
function engine.world()
  local world = { api = fake.api(), clock = fake.clock() }
  local remove
  world.dir, remove = fake.directory()
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
      core = core,
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
    require "state".settle(ok)
    return ok, result
  end

  function world.close()
    world.clock.restore()
    remove()
    log.level "info"
    package.loaded["core.softlayer"] = nil
  end
  return world
end

--- The script as the engine loads it, without running it.
---@return Script
function engine.compile(name)
  return require "run".new({ core = core, request = {}, config = {} }):load(name)
end

return engine
