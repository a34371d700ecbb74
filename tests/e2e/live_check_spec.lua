-- live_check against slsim: nothing differs; with one quirk switched on, that one differs and nothing else.
local folder = require "support.folder"
local requests = require "support.requests"
local world = require "support.world"

describe("live_check", function()
  local w

  local function volume(changes)
    changes.datacenter = "ams01"
    return ("%d"):format(w.sim:ask("POST", "volume", changes).id)
  end

  -- A guest that may mount volumes; of each kind one has what another lacks.
  setup(function()
    w = world.start()
    local vm = w:result(requests.create_vm())[1]
    local block = volume { tier = 200, snapshot_space = 20, notes = "kept" }
    local file = volume { type = "NAS", tier = 300, snapshot_space = 20, notes = "kept" }
    volume { iops = 500 }
    volume { type = "NAS", iops = 500 }
    for _, id in ipairs { block, file } do w:result(requests.of("attach_disk", vm, id)) end
    w:result(requests.of("snapshot_disk", block, {}))
  end)
  teardown(function() w:close() end)

  local function run(...)
    local text = w:command({ "run", "live_check", ... }).stdout
    return text, tonumber(text:match "\n(%d+) differences?\n$")
  end

  it("finds no difference, and everything to compare", function()
    local text, differences = run()
    assert.equal(0, differences, text)
    assert.is_nil(text:find "nothing to compare", text)
  end)

  it("changes nothing and orders nothing", function()
    local before = w.sim:inventory()
    w.sim:ask("DELETE", "journal")
    run()
    assert.same(before, w.sim:inventory())
    for _, call in ipairs(w.sim:journal()) do
      local method = call.method or "get" -- no service, no method
      assert.truthy(method:find "^get" or method:find "^generate%u" or method == "verifyOrder", method)
    end
  end)

  -- Quirks that reads can see, and what the report says of them.
  for name, told in pairs {
    ["unwrapped"] = "a list cut to one element is still a list: 'no', but slsim 'yes'",
    ["no-total-items"] = "lists tell how many there are in all: 'no', but slsim 'yes'",
    ["absent-nulls"] = "absent instead of null",
    ["number-capacity"] = "integer instead of string",
    ["utc-dates"] = "dates are in the user's zone: 'no', but slsim 'yes'",
    ["filter-refused"] = "a filter with another root is ignored: 'no', but slsim 'yes'",
    ["shuffled-lists"] = false, ["retry-after"] = false, ["gzip"] = false, ["escaped-slashes"] = false,
    ["connection-close"] = false,
  } do
    it(("tells the quirk %s%s"):format(name, told and "" or " from none, since no answer's meaning changes"), function()
      local usual = w.sim:ask("POST", "settings", {}).quirks[name]
      w.sim:ask("POST", "settings", { quirks = { [name] = not usual } })
      local text, differences = run()
      w.sim:ask("POST", "settings", { quirks = { [name] = usual } })
      assert.equal(told and 1 or 0, differences, text)
      if told then assert.truthy(text:find(told, 1, true), text) end
    end)
  end

  it("reports an answer that is none", function()
    w.sim:fault "Account.getNoSuchThing do=html status=404"
    local text, differences = run()
    w.sim:ask("DELETE", "faults")
    assert.equal(1, differences, text)
    assert.truthy(text:find("no such method: 'an answer that is no JSON with HTTP status 404", 1, true), text)
  end)

  for what, change in pairs { ["a wrong key"] = { api_key = "no-such-key" },
    ["an API that is not there"] = { api_endpoint = "http://127.0.0.1:1/rest/v3.1" } } do
    it("compares nothing with " .. what, function()
      w:configure { cloud = { properties = { softlayer = change } } }
      local done = w:command { "run", "live_check" }
      w:configure()
      assert.same({ 1, "" }, { done.status, done.stdout })
    end)
  end

  it("compares nothing when the API has no time for it", function()
    w.sim:fault "Account.getNoSuchThing do=rate"
    local done = w:command { "run", "live_check" }
    w.sim:ask("DELETE", "faults")
    assert.same({ 1, "" }, { done.status, done.stdout })
    assert.truthy(done.stderr:find("Rate limit", 1, true))
  end)

  it("says what it could not compare", function()
    local empty = world.start()
    local text = empty:command({ "run", "live_check" }).stdout
    assert.truthy(text:find("nothing to compare: a guest", 1, true), text)
    empty:close()
  end)

  it("writes what it finds to a file, which is how slsim's answers were kept", function()
    local path = w.at:fresh "found.lua"
    run("record=" .. path)
    local kept = "lualib/live_check/slsim.lua"
    if os.getenv "RECORD" then return assert(os.execute(("cp %s %s"):format(path, kept))) end
    assert.equal(folder.read(kept), folder.read(path), "slsim answers otherwise than before: with RECORD=1 this spec keeps that")
  end)
end)
