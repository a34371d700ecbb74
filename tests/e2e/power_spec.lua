-- Power is lost after an order was sent: slcpi is killed, the state directory is what was synced, and the same request
-- is made again.
local account = require "crash.account"
local build = require "support.build"
local disk = require "support.disk"
local eventually = require "support.eventually"
local requests = require "support.requests"
local world = require "support.world"

local VM, DISK = requests.create_vm(), requests.of("create_disk", 20480, { tier = 2, datacenter = "ams01" })

-- A sanitizer must be loaded first.
local where = build.folder:find "san" and pending or describe

where("when power is lost", function()
  local w, d
  setup(function() w = world.start() end)
  teardown(function() w:close() end)
  before_each(function()
    w.sim:ask("POST", "reset", { lag = 0 })
    d = disk.open(w.at)
    w:configure { engine = { state_dir = d.path .. "/slcpi/state" } }
  end)

  local function first(result) return type(result) == "table" and result[1] or result end

  -- Power goes at the n-th call of a request.
  local function lost_at(n, request, executed)
    w.sim:fault(("*.* nth=%d do=hang %s"):format(n, executed and "executed" or ""))
    local process = w:begin(request, d:forgetful())
    eventually("call " .. n, function() return #w.sim:journal() >= n end)
    process:signal "KILL"
    assert.equal(9, process:finish().signal)
    w.sim:heal()
    d:lose_power()
  end

  local function check_only(kind, cid)
    local things = w.sim:inventory()[kind]
    assert.equal(1, #things)
    assert.equal(cid, tostring(things[1].id))
    assert.same({}, account.blind_orders(w.sim:journal()))
  end

  local function check_nothing_is_left(cid, delete)
    assert.matches("^no orphans;", w:command { "orphans" }.stdout)
    w:result(requests.of(delete, cid))
    assert.same({ 0, {} }, { w.sim:inventory().billed, account.left(w.sim:inventory(), account.figures(w.sim:inventory()),
      d.path) })
  end

  for _, case in ipairs {
    { "create_vm", VM, "guests", "delete_vm", 12 },
    { "create_disk", DISK, "volumes", "delete_disk", 9 },
  } do
    local method, request, kind, delete, calls = table.unpack(case)
    for _, executed in ipairs { false, true } do
      for n = 1, calls do
        it(("%s buys one: call %d, %s"):format(method, n, executed and "carried out" or "not carried out"), function()
          lost_at(n, request, executed)
          local cid = first(w:result(request))
          check_only(kind, cid)
          check_nothing_is_left(cid, delete)
        end)
      end
    end
  end

  it("create_vm buys one: after the answer", function()
    local vm = w:result(VM, d:forgetful())[1]
    d:lose_power()
    assert.equal(vm, w:result(VM)[1])
    check_only("guests", vm)
  end)

  it("create_disk goes on with nothing that was answered", function()
    local one = w:result(DISK, d:forgetful())
    d:lose_power()
    assert.not_equal(one, w:result(DISK))
    assert.equal(2, #w.sim:inventory().volumes)
  end)

  it("a VM that was deleted is made anew", function()
    local vm = w:result(VM, d:forgetful())[1]
    w:result(requests.of("delete_vm", vm), d:forgetful())
    d:lose_power()
    assert.not_equal(vm, w:result(VM)[1])
    assert.equal(1, w.sim:inventory().billed)
  end)
end)
