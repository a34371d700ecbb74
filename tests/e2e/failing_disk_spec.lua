-- The disk of the state directory fails at each of its changes: once, and from then on. What is bought is answered or
-- on record, and the same request made again buys nothing more.
local build = require "support.build"
local disk = require "support.disk"
local json = require "core.json"
local requests = require "support.requests"
local world = require "support.world"

-- The last column: the same request is answered the same once more.
local CASES = {
  create_vm = { requests.create_vm(), "guests", "delete_vm", true },
  create_disk = { requests.of("create_disk", 20480, { tier = 2, datacenter = "ams01" }), "volumes", "delete_disk", false },
}

-- A sanitizer must be loaded first.
local where = build.folder:find "san" and pending or describe

where("on a disk that fails", function()
  local w, d
  setup(function() w = world.start() end)
  teardown(function() w:close() end)

  local function fresh()
    w.sim:ask("POST", "reset", { lag = 0 })
    d = disk.open(w.at)
    w:configure { engine = { state_dir = d.path .. "/state" } }
  end

  local function first(result) return type(result) == "table" and result[1] or result end

  local function paid(kind)
    local ids = {}
    for _, thing in ipairs(w.sim:inventory()[kind]) do
      if thing.billed then ids[#ids + 1] = tostring(thing.id) end
    end
    return ids
  end

  -- One thing at most, and it is answered or on record.
  local function check_first(kind, answer, what)
    local ids = paid(kind)
    assert.is_true(#ids <= 1, what)
    if answer.error == json.null then
      assert.same({ first(answer.result) }, ids, what)
    elseif #ids > 0 then
      assert.truthy(w:command { "orphans" }.stdout:find(ids[1], 1, true), what)
    end
  end

  local function check_second(case, answer, what)
    local request, kind, delete, again = table.unpack(case)
    local answered = answer.error == json.null and first(answer.result)
    local cid = answered and not again and answered or first(w:result(request))
    assert.equal(answered or cid, cid, what)
    assert.same({ cid }, paid(kind), what)
    w:result(requests.of(delete, cid))
    assert.equal(0, w.sim:inventory().billed, what)
  end

  -- Returns the call that failed; nil when the request makes fewer changes.
  local function try(case, n, errno, on)
    fresh()
    local answer, run = w:ask(case[1], d:failing(n, errno, on))
    local call = disk.failed(run.stderr)
    local what = ("change %d, %s%s: %s\n%s"):format(n, call, on and " and all later ones" or "", json.encode(answer), run.stderr)
    check_first(case[2], answer, what)
    if call then check_second(case, answer, what) end
    return call, answer.error == json.null
  end

  for method, case in pairs(CASES) do
    for errno, on in pairs { EIO = false, ENOSPC = true } do
      it(("%s buys one: %s at each change%s"):format(method, errno, on and " and all later ones" or ""), function()
        local n, calls, answered = 0, {}, 0
        while true do
          local call, well = try(case, n + 1, errno, on)
          if not call then break end
          n, calls[call], answered = n + 1, true, answered + (well and 1 or 0)
        end
        for _, call in ipairs { "mkdir", "open", "mkostemp", "write", "fsync", "rename", "unlink" } do
          assert.is_true(calls[call], call)
        end
        print(("# %s, %s: %d changes, %d answered well"):format(method, errno, n, answered))
      end)
    end
  end
end)
