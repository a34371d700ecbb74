-- Several CPIs in one director: one configuration file, whose account a request's context replaces.
local eventually = require "support.eventually"
local folder = require "support.folder"
local json = require "core.json"
local requests = require "support.requests"
local simulator = require "support.simulator"
local world = require "support.world"

describe("three accounts behind one director", function()
  local w, sims, contexts

  -- The first is the file's own; the third's user has the same name and key as the first's, at another endpoint.
  before_each(function()
    w = world.start { slsim = { "--seed=11" } }
    local function another(seed) return simulator.start(w.at, { "--speed=1000", "--seed=" .. seed }) end
    sims = { w.sim, another(12), another(13) }
    sims[2]:ask("POST", "user", { user = "sim", key = "classic-key-of-two", iam_key = "iam-key-of-two" })
    w:configure { cloud = { properties = { softlayer = { datacenter = "ams01" } } }, engine = { account = "first" } }
    contexts = {
      {},
      { username = "apikey", api_key = "iam-key-of-two", iam_token = true, iam_endpoint = sims[2].iam, endpoint = sims[2].url,
        datacenter = "dal13" },
      { api_endpoint = sims[3].url, datacenter = "lon02" }, -- neither user nor key: the file's
    }
  end)
  after_each(function()
    w:close()
    for i = 2, 3 do assert.equal("", sims[i]:stop()) end
  end)

  local function asked(n, request)
    for name, value in pairs(contexts[n]) do request.context[name] = value end
    return request
  end
  local function result(n, request) return w:result(asked(n, request)) end
  local function vm_request()
    return requests.create_vm { stemcell = "380214", properties = { cpu = 1, memory = 1024, domain = "example.com" } }
  end
  local function guests(n) return sims[n]:inventory().guests end
  local function directories()
    local seen, list = {}, {}
    for _, path in ipairs(folder.files(w.at.path .. "/state")) do
      local name = path:match "/state/([^/]+)/"
      if not seen[name] then list[#list + 1], seen[name] = name, true end
    end
    return list
  end

  it("give one agent a guest each, in each one's datacenter, and know nothing of each other's", function()
    local cids = {}
    for n = 1, 3 do cids[n] = result(n, vm_request())[1] end
    for n = 1, 3 do
      assert.equal(1, #guests(n))
      assert.equal(cids[n], tostring(guests(n)[1].id))
      assert.equal(cids[n], result(n, vm_request())[1])
      assert.equal(1, #sims[n]:journal "createObject")
      local datacenter = sims[n]:journal("createObject")[1].arguments[1].datacenter.name
      assert.equal(({ "ams01", "dal13", "lon02" })[n], datacenter)
    end
    assert.equal(3, #directories())
    result(2, requests.of("delete_vm", cids[2]))
    for n = 1, 3 do assert.equal(n ~= 2, result(n, requests.of("has_vm", cids[n])), n) end
    assert.equal(3, #directories())
    local second = result(2, vm_request())[1]
    assert.not_equal(cids[2], second)
    assert.equal(cids[1], result(1, vm_request())[1])
  end)

  it("share no price and no token", function()
    for _ = 1, 2 do
      for n = 1, 3 do result(n, requests.of("create_disk", 20480, { tier = 2 }, json.null)) end
    end
    for n = 1, 3 do
      local priced, tokens = 0, 0
      for _, call in ipairs(sims[n]:journal()) do
        if call.service == "SoftLayer_Product_Package" then priced = priced + 1 end
        if call.service == "IAM" then tokens = tokens + 1 end
      end
      assert.is_true(priced > 0, "account " .. n .. " was not asked for its prices")
      assert.equal(n == 2 and 1 or 0, tokens)
      assert.equal(2, #sims[n]:inventory().volumes)
      local caches = 0
      for _, path in ipairs(folder.files(w.at.path .. "/state")) do
        if path:find(directories()[n], 1, true) and path:find("/cache-", 1, true) then caches = caches + 1 end
      end
      assert.is_true(caches > 0)
    end
  end)

  it("have records of their own: an order without answer in one is not looked for in another", function()
    sims[3]:fault "Virtual_Guest.createObject count=1 do=hang executed"
    local process = w:begin(asked(3, vm_request()))
    eventually("the order", function() return #sims[3]:journal "createObject" == 1 end)
    local first = result(1, vm_request())[1]
    process:signal "KILL"
    process:finish()
    assert.same({}, sims[1]:journal "getVirtualGuests")
    assert.equal(first, tostring(guests(1)[1].id))
    assert.equal(tostring(guests(3)[1].id), result(3, vm_request())[1])
    assert.same({ 1, 1 }, { #guests(1), #guests(3) })
  end)

  it("do not mix up user and key: a key of one is refused by the other", function()
    contexts[2] = { endpoint = sims[2].url }
    local err = w:failure(asked(2, requests.of("has_vm", "5")))
    assert.matches("Access Denied", err.message)
  end)
end)
