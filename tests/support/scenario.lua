--- A scenario that BOSH runs against every CPI: a director of each API version runs it, and the account must be in the
--- end as it was in the beginning.

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

local function open()
  local w = world.start { speed = SPEED, slsim = { "--provision=" .. PROVISION, "--registry=" .. REGISTRY } }
  w.sim:ask("POST", "settings", VOLUMES)
  return w
end

-- What the scenario of the version before has left of its own.
local function clean(w, options)
  w.sim:heal()
  w.sim:ask("DELETE", "journal")
  w:configure(overlaid({ cloud = { properties = { registry = { endpoint = w.sim.registry, username = "admin",
    password = REGISTRY:match ":(.*)" } } } }, options.config))
end

-- Only stemcells of API version 1 have a registry; and what is read is read with a mask.
local function check_calls(w, version)
  for _, call in ipairs(w.sim:journal()) do
    assert(version == 1 or call.service ~= "Registry", "a registry in API version " .. version)
    local read = call.method:find "^get" and (call.user_agent or ""):find "^slcpi"
    assert(not read or call.mask, ("%s::%s has no mask"):format(call.service, call.method))
  end
end

---@param text string
---@param body fun(director: Director, w: table)
---@param options { config: table? }?
return function(text, body, options)
  busted.describe(text, function()
    local w
    busted.setup(function() w = open() end)
    busted.teardown(function() w:close() end)
    for _, version in ipairs(VERSIONS) do
      busted.it("in API version " .. version, function()
        clean(w, options or {})
        local before = holdings(w)
        body(director_client.new(w, version), w)
        busted.assert.equal(json.encode(before), json.encode(holdings(w)))
        check_calls(w, version)
      end)
    end
  end)
end
