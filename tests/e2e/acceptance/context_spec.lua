-- The context of a CPI config comes before the file, property by property: two accounts behind one installed CPI.
local json = require "core.json"
local scenario = require "support.scenario"
local simulator = require "support.simulator"

describe("a CPI config", function()
  scenario("sends a VM and its disk to the account of their CPI, and leaves the other", function(director, w)
    local second <close> = setmetatable({ sim = simulator.start(w.at, { "--speed=1000", "--provision=60", "--seed=7" }) },
      { __close = function(self) assert.equal("", self.sim:stop()) end })
    local sim, first = second.sim, w.sim
    sim:ask("POST", "user", { user = "sim", key = "the-second-key" })
    local function on_second()
      director.cpi = { endpoint = sim.url, username = "sim", api_key = "the-second-key", datacenter = "dal13" }
    end

    on_second()
    local vm = director:call("create_vm", { "agent", "380214", { cpu = 1, memory = 1024 }, { default = { type = "dynamic" } },
      json.array {}, {} }, { api_version = 3 })
    vm = type(vm) == "table" and vm[1] or vm
    local disk = director:call("create_disk", { 2048, {}, vm })
    assert.same({ 1, 1 }, { #sim:inventory().guests, #sim:inventory().volumes })
    assert.equal("dal13", sim:journal("createObject")[1].arguments[1].datacenter.name)
    assert.is_true(director:call("has_vm", { vm }))
    for _, call in ipairs(first:journal()) do assert.equal("Registry", call.service) end

    director.cpi = nil
    assert.is_false(director:call("has_vm", { vm }))
    director:call("delete_vm", { vm }, { api_version = 3 })
    on_second()
    assert.is_true(director:call("has_vm", { vm }))
    director:call("delete_vm", { vm }, { api_version = 3 })
    director:call("delete_disk", { disk })
    assert.equal(0, sim:inventory().billed)
    assert.not_matches("the-second-key", director.log, nil, true)
  end)
end)
