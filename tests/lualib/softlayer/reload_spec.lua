-- softlayer.reload: a guest is reloaded once, whatever becomes of the answer.
local answered = require "answered"
local fake = require "lualib.fake"
local json = require "core.json"
local log = require "core.log"
local reload = require "softlayer.reload"
local session = require "session"
local state = require "state"

local GET, RELOAD, USERDATA = "Virtual_Guest::getObject", "Virtual_Guest::reloadOperatingSystem", "Virtual_Guest::setUserMetadata"
local WANTED = { image_id = 9, ssh_key_ids = { 1, 2 }, user_metadata = "the-user-metadata" }

describe("reload", function()
  local clock, api, dir, remove, record, guest

  -- The reload's transaction appears `delay` and ends `seconds` after the call.
  local function starts(delay, seconds)
    local id = guest.next
    guest.next, guest.begins, guest.ends, guest.pending = id + 1, clock.time + delay, clock.time + delay + seconds, id
  end

  before_each(function()
    log.level "off"
    clock, api = fake.clock(), fake.api()
    dir, remove = fake.directory()
    session.configure(function() return api.handle end)
    fake.records_in(dir, "director")
    record = assert(state.take("reload", "5"))
    guest = { last = 40, next = 41 }
    api[GET] = function()
      if guest.begins and clock.time >= guest.begins then guest.last = guest.pending end
      local busy = guest.busy_until and clock.time < guest.busy_until or guest.begins and clock.time >= guest.begins
        and clock.time < guest.ends
      return { id = 5, hostname = "h", billingItem = { id = 1 }, provisionDate = "x", lastOperatingSystemReload = { id = guest.last },
        powerState = { keyName = busy and "HALTED" or "RUNNING" }, activeTransaction = busy and { id = guest.last,
          transactionStatus = { name = "CLOUD_PRE_RELOAD" } } or nil }
    end
    api[USERDATA] = function() return true end
    api[RELOAD] = function()
      starts(7, 300)
      return "1"
    end
  end)
  after_each(function()
    answered.tell(false)
    clock.restore()
    remove()
    log.level "info"
  end)

  local function run() return pcall(reload.run, record, 5, WANTED) end

  it("writes the user metadata, sends one FORCE, and waits for the transaction's beginning and end", function()
    local started = clock.time
    local ok, done = run()
    assert.is_true(ok, tostring(done))
    assert.equal("h", done.hostname)
    assert.is_true(clock.time >= started + 307)
    assert.same({ "KNOWN", 41, 40 }, { record.stage, record.id, record.after })
    local order = {}
    for _, call in ipairs(api.sent) do
      if call.name ~= GET then order[#order + 1] = call end
    end
    assert.same({ USERDATA, RELOAD }, { order[1].name, order[2].name })
    assert.same({ { "the-user-metadata" } }, order[1].args)
    assert.same({ "FORCE", { imageTemplateId = 9, sshKeyIds = { 1, 2 } } }, order[2].args)
    assert.is_true(order[2].once)
  end)

  it("waits for another transaction first, also for one that the API's refusal tells of", function()
    guest.busy_until = clock.time + 100
    local usual = api[RELOAD]
    api[RELOAD] = function(call, n)
      assert.is_true(clock.time >= guest.busy_until)
      if n < 3 then return nil, fake.refusal("SoftLayer_Exception_Public", "The guest has an active transaction.") end
      return usual(call)
    end
    assert.is_true((run()))
    assert.equal(3, api.count(RELOAD))
  end)

  -- answer, error, whether the reload begins nevertheless; calls, part of the error
  for _, case in ipairs {
    { nil, fake.broken(), true, 1 }, { nil, fake.broken(), false, 2, "sent 2 times" },
    { "Internal Error", nil, true, 1 }, { "Internal Error", nil, false, 2, '"Internal Error"' },
    { '{"error":"Internal Error","code":"SoftLayer_Exception"}', nil, false, 2, "Internal Error" },
    { '{"error":"no such image","code":"SoftLayer_Exception_Public"}', nil, false, 1, "no such image" },
    { "a-confirmation-token", nil, false, 2, "a-confirmation-token" }, { true, nil, false, 2, "true" },
    { 1, nil, true, 1 }, { nil, nil, false, 2, "null" },
    { nil, fake.refusal("SoftLayer_Exception_Public", "Unable to find image template #9."), false, 1, "image template #9" },
  } do
    it(("answered by %s, %s"):format(case[2] and case[2].message or json.encode(case[1] == nil and json.null or case[1]),
      case[3] and "begins" or "does not begin"), function()
      api[RELOAD] = function()
        if case[3] then starts(60, 100) end
        return case[1], case[2]
      end
      local ok, err = run()
      assert.equal(case[4], api.count(RELOAD))
      assert.equal(case[5] == nil, ok, tostring(err))
      if case[5] then assert.truthy(err.message:find(case[5], 1, true), err.message) end
    end)
  end

  it("is not sent again by the next request when an earlier one had no answer", function()
    api[RELOAD] = function()
      starts(5, 500)
      clock.interrupted = true
      return nil, { kind = "interrupted", message = "a signal", sent = true }
    end
    assert.is_false((run()))
    clock.interrupted = false
    answered.tell(false)
    record = assert(state.take("reload", "5"))
    assert.equal("SENT", record.stage)
    assert.is_true((run()))
    assert.same({ 1, 1 }, { api.count(RELOAD), api.count(USERDATA) })
  end)

  it("is sent by the next request when the earlier one took no effect", function()
    local usual = api[RELOAD]
    api[RELOAD] = function(call, n)
      if n > 1 then return usual(call) end
      clock.interrupted = true
      return nil, { kind = "interrupted", message = "a signal", sent = true }
    end
    assert.is_false((run()))
    clock.interrupted = false
    assert.is_true((run()))
    assert.equal(2, api.count(RELOAD))
  end)

  it("that is confirmed and never begins is an error, not another reload", function()
    api[RELOAD] = function() return "1" end
    local ok, err = run()
    assert.is_false(ok)
    assert.matches("to begin", err.message)
    assert.same({ 1, "SENT" }, { api.count(RELOAD), record.stage })
  end)

  it("of a guest that is gone is a VMNotFound", function()
    api["Account::getCurrentUser"] = function() return { id = 1, hasFullVirtualGuestAccessFlag = true } end
    api[GET] = function() return nil, fake.not_found() end
    local ok, err = run()
    assert.is_false(ok)
    assert.equal("Bosh::Clouds::VMNotFound", err.type)
    assert.equal(0, api.count(USERDATA))
  end)
end)
