--- A scenario that BOSH runs against every CPI: a director of each API version runs it in an account of its own, which
--- must be in the end as it was in the beginning.

local busted = require "busted"
local director_client = require "support.director_client"
local json = require "core.json"
local world = require "support.world"

local VERSIONS = { 1, 2, 3 }
local REGISTRY = "admin:registry-password"
-- Shorter waits than the real ones, so that many scenarios take little time.
local SPEED, PROVISION = 1000, 60
local VOLUMES = { volume_appear = 5, volume_provision = 5, volume_mount_wait = 2, volume_change = 10, route_seconds = 10 }

local function overlaid(base, changes)
  for name, value in pairs(changes or {}) do
    base[name] = type(value) == "table" and type(base[name]) == "table" and overlaid(base[name], value) or value
  end
  return base
end

-- Everything that costs something or belongs to somebody.
local function holdings(w)
  w.sim:ask("POST", "advance", { seconds = 1000 }) -- until what was cancelled is reclaimed
  local all = w.sim:inventory()
  all.orders, all.tickets = nil, nil
  return all
end

local function open(options)
  local w = world.start { speed = SPEED, slsim = { "--provision=" .. PROVISION, "--registry=" .. REGISTRY } }
  w.sim:ask("POST", "settings", VOLUMES)
  w:configure(overlaid({ cloud = { properties = { registry = { endpoint = w.sim.registry, username = "admin",
    password = REGISTRY:match ":(.*)" } } } }, options.config))
  return w
end

-- Only stemcells of API version 1 have a registry.
local function check_registry(w, version)
  for _, call in ipairs(w.sim:journal()) do
    assert(version == 1 or call.service ~= "Registry", "a registry in API version " .. version)
  end
end

---@param text string
---@param body fun(director: Director, w: table)
---@param options { config: table? }?
return function(text, body, options)
  for _, version in ipairs(VERSIONS) do
    busted.it(("%s, in API version %d"):format(text, version), function()
      local w = open(options or {})
      local _ <close> = setmetatable({}, { __close = function() w:close() end })
      local before = holdings(w)
      body(director_client.new(w, version), w)
      busted.assert.equal(json.encode(before), json.encode(holdings(w)))
      check_registry(w, version)
    end)
  end
end
