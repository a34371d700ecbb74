-- What may be done about an orphan: every stage of a record, every answer of the account.
local fake = require "lualib.fake"
local orphans = require "orphans"
local record = require "record"
local whereabouts = require "softlayer.whereabouts"

local function entry(fields)
  fields.attempts, fields.key = fields.attempts or 0, "abcdefghijklm"
  local method = fields.method or "create_vm"
  return { name = method .. "-" .. fields.key, method = method, key = fields.key, held = fields.held, fields = fields }
end

local function damaged()
  return { name = "create_vm-abcdefghijklm", method = "create_vm", key = "abcdefghijklm", err = { message = "torn" } }
end

local function guest(id, attempt)
  return { id = id, hostname = "bosh-" .. record.nonce("abcdefghijklm", attempt), billingItem = { id = 1 } }
end

describe("an orphan", function()
  local clock, of
  before_each(function() clock, of = fake.clock(), whereabouts.of end)
  after_each(function()
    whereabouts.of = of
    clock.restore()
  end)

  local function action(fields, found)
    whereabouts.of = function() return found end
    local rows = orphans.rows({ entry(fields) }, {})
    if #rows == 0 then return "none" end
    assert.equal(1, #rows)
    return (orphans.action(rows[1]))
  end

  local ANSWERS = { "exists", "being reclaimed", "gone", "not visible", "order pending", "order void", "done", "not found",
    "unclear" }
  local NOW = { exists = "cancel", ["being reclaimed"] = "forget", gone = "forget", ["order void"] = "forget",
    done = "forget", ["not found"] = "forget" }

  for stage, is_open in pairs { INTENT = false, SENT = true, KNOWN = true, READY = true, DONE = false, ABANDONED = false } do
    for _, account in ipairs(ANSWERS) do
      it(("of the stage %s, which the account calls '%s'"):format(stage, account), function()
        local wanted = is_open and (NOW[account] or "keep") or "none"
        assert.equal(wanted, action({ stage = stage, id = 5 }, { account = account }))
        assert.equal(is_open and "keep" or "none", action({ stage = stage, id = 5, held = true }, { account = account }))
        if stage ~= "INTENT" and is_open then return end
        local left = { { id = 6 } }
        assert.equal(NOW[account] or "keep", action({ stage = stage, id = 5, left_behind = left }, { account = account }))
      end)
    end
  end

  for _, case in ipairs {
    { age = 10, uncertain = false, account = "not found", "keep" },
    { age = 599, uncertain = false, account = "not found", "keep" },
    { age = 601, uncertain = false, account = "not found", "forget" },
    { age = 10, uncertain = true, account = "exists", "keep" },
    { age = 601, uncertain = true, account = "exists", "keep" },
    { age = 10, uncertain = true, account = "being reclaimed", "keep" },
    { age = 601, uncertain = true, account = "being reclaimed", "forget" },
    { age = 10, uncertain = false, account = "exists", "cancel" },
  } do
    it(("sent %d s ago, %s, %s"):format(case.age, case.account, case.uncertain and "found by time" or "certain"), function()
      local found = { account = case.account, certain = not case.uncertain }
      assert.equal(case[1], action({ stage = "SENT", sent = fake.ago(case.age) }, found))
    end)
  end

  it("of a damaged record is listed and kept, and so is the guest with its name", function()
    local rows = orphans.rows({ damaged() }, { guest(7, 3), guest(8, 200) })
    assert.equal(2, #rows)
    assert.equal("torn", rows[1].reason)
    assert.equal("7", rows[2].cid)
    for _, row in ipairs(rows) do assert.equal("keep", (orphans.action(row))) end
  end)

  it("is a guest with a spent name, but neither the one that was returned nor a like-named one", function()
    local foreign = { id = 9, hostname = "bosh-aaaaaaaaaaaaa", billingItem = { id = 1 } }
    local rows = orphans.rows({ entry { stage = "DONE", id = 5, attempts = 1 } }, { guest(5, 1), guest(6, 0), foreign })
    assert.equal(1, #rows)
    assert.equal("6", rows[1].cid)
    assert.equal("cancel", (orphans.action(rows[1])))
    assert.same({}, orphans.rows({ entry { stage = "DONE", id = 5 } }, { foreign }, "create_vm-zzzzzzzzzzzzz"))
  end)
end)
