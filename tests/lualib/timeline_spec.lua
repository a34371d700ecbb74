-- The timeline of a trace: its numbers, the lines for a terminal and the page.
local axis = require "timeline.axis"
local duration = require "timeline.duration"
local page = require "timeline.page"
local rows = require "timeline.rows"
local terminal = require "timeline.terminal"

local SECOND = 1000000000

local function span(name, kind, from, to, more)
  local it = { traceId = "t", spanId = name, name = name, start = from * SECOND, finish = to * SECOND, children = {},
    events = {}, status = { code = 1 }, attributes = { ["slcpi.kind"] = kind } }
  for key, value in pairs(more or {}) do it[key] = value end
  return it
end

local function attempt(at, err)
  return { name = "attempt", at = at * SECOND,
    attributes = { ["slcpi.sent"] = true, ["slcpi.seconds"] = 1, ["error.type"] = err } }
end

local function call(from, to, ...)
  return span("Virtual_Guest::getObject", "call", from, to, { events = { ... }, attributes = { ["slcpi.kind"] = "call",
    ["slcpi.class"] = "read", ["rpc.service"] = "SoftLayer_Virtual_Guest", ["rpc.method"] = "getObject" } })
end

local function poll(at, stage) return { name = "poll", at = at * SECOND, attributes = { ["slcpi.stage"] = stage } } end

local function request(...)
  return span("create_vm", "request", 0, 100, { children = { ... },
    attributes = { ["slcpi.kind"] = "request", ["slcpi.request_id"] = "cpi-7" } })
end

local function waiting(...)
  return span("wait for guest 5", "wait", 20, 90, { children = { ... }, events = { poll(30, "ASSIGN_HOST"), poll(50, "POWER_ON") } })
end

describe("a duration", function()
  for seconds, text in pairs { [0] = "0 s", [0.0123] = "12 ms", [0.9999] = "1 s", [1.25] = "1.2 s", [9.96] = "10 s", [45] = "45 s",
    [59.6] = "1 min", [245] = "4 min 5 s", [240] = "4 min", [3600] = "1 h", [7801] = "2 h 10 min" } do
    it("reads " .. text, function() assert.equal(text, duration(seconds)) end)
  end
end)

describe("an axis", function()
  it("has round ticks, never more than there is room for", function()
    for _, seconds in ipairs { 0.0004, 0.07, 0.9, 3, 59, 245, 3000, 7200, 90000, 1e6 } do
      local ticks = axis(seconds, 8)
      assert.is_true(#ticks >= 3 and #ticks <= 9, seconds .. ": " .. #ticks)
      assert.equal(0, ticks[1].at)
      assert.is_true(ticks[#ticks].at <= seconds)
    end
    assert.equal("1 min", axis(245, 8)[2].label)
  end)
end)

describe("the rows of a request", function()
  it("count calls on the wire with those of the rows in them", function()
    local list = rows.of(request(span("prepare", "step", 0, 2, { children = { call(0, 1, attempt(0)) } }),
      span("await", "step", 20, 90, { children = { waiting(call(30, 33, attempt(30, "transport"), attempt(32))) } })))
    local seen = {}
    for i, row in ipairs(list) do seen[i] = ("%d %s %d"):format(row.depth, row.label, row.total) end
    assert.same({ "0 create_vm 3", "1 prepare 1", "1 await 2", "2 wait for guest 5 2" }, seen)
    assert.equal(2, #list[4].polls)
    assert.equal(2, #list[4].calls[1].attempts)
    assert.is_true(list[4].calls[1].attempts[1].failed)
  end)

  it("leave out a wait for what was there already", function()
    assert.equal(1, #rows.of(request(span("wait for a lock", "wait", 1, 1))))
  end)

  it("count an unanswered call that never told of its attempts", function()
    assert.equal(1, rows.sent(span("c", "call", 1, 2, { unfinished = true })))
  end)
end)

describe("the lines for a terminal", function()
  local function lines_of(root, columns)
    local lines = {}
    for line in (terminal(root, columns) .. "\n"):gmatch "([^\n]*)\n" do lines[#lines + 1] = line end
    return lines
  end

  it("are not wider than it", function()
    local hook = span("before.provision", "hook", 5, 6, { attributes = { ["slcpi.kind"] = "hook",
      ["slcpi.where"] = "/site/hooks/create_vm.lua:3" } })
    for _, columns in ipairs { 60, 80, 100, 200 } do
      for _, line in ipairs(lines_of(request(waiting(), hook), columns)) do
        assert.is_true(utf8.len(line) <= columns, ("%d: %s"):format(columns, line))
      end
    end
  end)

  it("show steps, hooks with their place, waits with their polls, and where it failed", function()
    local hook = span("before.provision", "hook", 5, 6, { attributes = { ["slcpi.kind"] = "hook",
      ["slcpi.where"] = "/site/hooks/create_vm.lua:3" } })
    local root = request(hook, waiting(), span("tag", "step", 95, 100, { status = { code = 2, message = "no" } }))
    root.status = { code = 2, message = "no\27[31m" }
    local lines = lines_of(root, 100)
    assert.equal("create_vm failed: 1 min 40 s, 0 API calls, request cpi-7", lines[1])
    assert.equal("no [31m", lines[2])
    assert.truthy(lines[6]:find "before%.provision  create_vm%.lua:3 .*═")
    assert.truthy(lines[7]:find "wait for guest 5 .*┄•┄.*┄•┄")
    assert.truthy(lines[8]:find "tag .*━✗$")
  end)

  it("mark where the process ended", function()
    local root = request()
    root.unfinished = true
    assert.truthy(terminal(root, 100):find "unfinished.*━%?$")
  end)
end)

describe("the page", function()
  local HOSTILE = "<script>alert(1)</script>&\"'"

  it("escapes every text and holds no script", function()
    local hook = span(HOSTILE, "hook", 5, 6, { attributes = { ["slcpi.kind"] = "hook", ["slcpi.where"] = HOSTILE },
      status = { code = 2, message = HOSTILE } })
    local one = call(1, 2, attempt(1, HOSTILE), attempt(2, HOSTILE))
    one.attributes["rpc.service"], one.attributes["slcpi.class"], one.attributes["slcpi.mask"] = HOSTILE, HOSTILE, HOSTILE
    local root = request(hook, one, span(HOSTILE, "wait", 9, 90, { events = { poll(30, HOSTILE) } }))
    root.name, root.status, root.attributes["slcpi.request_id"] = HOSTILE, { code = 2, message = HOSTILE }, HOSTILE
    root.attributes["slcpi.director"], root.attributes["slcpi.version"] = HOSTILE, HOSTILE
    local text = page { root }
    assert.falsy(text:find("<script", 1, true))
    assert.truthy(text:find("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;", 1, true))
    assert.falsy(text:find "https?://")
  end)

  it("has a bar for each row, a dot for each poll, a mark for each attempt, in their kinds", function()
    local text = page { request(span("provision", "step", 0, 2), span("before.tag", "hook", 2, 3),
      waiting(call(30, 33, attempt(30, "transport"), attempt(32)), call(40, 41, attempt(40)))) }
    text = text:match "<svg viewBox=\"0 0 1160.*</svg>"
    local function count(what) return select(2, text:gsub(what, "")) end
    for _, kind in ipairs { "request", "step", "hook", "wait" } do assert.equal(1, count('class="bar ' .. kind .. '"')) end
    assert.equal(2, count 'class="poll"')
    assert.equal(1, count 'class="call read pale"')
    assert.equal(1, count 'class="call read failed"')
    assert.equal(2, count 'class="call read "')
    assert.equal(4, count "ASSIGN_HOST" + count "POWER_ON")
  end)

  it("is well-formed where it is drawn", function()
    local text, open = page { request(waiting(call(30, 33, attempt(30)))) }, {}
    for close, name, self in text:match "<svg viewBox=\"0 0 1160.*</svg>":gmatch "<(/?)(%l+)[^>]-(/?)>" do
      if close == "/" then assert.equal(table.remove(open), name) elseif self == "" then open[#open + 1] = name end
    end
    assert.same({}, open)
  end)

  it("is drawn for a request that took no time", function()
    local root = request()
    root.finish = root.start
    assert.falsy(page { root }:find "nan")
  end)
end)

