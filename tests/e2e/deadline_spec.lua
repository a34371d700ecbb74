-- Scripts that would outrun their deadline: all of them end with one answer, in real time.
local json = require "core.json"
local requests = require "support.requests"
local sys = require "core.sys"
local world = require "support.world"

local HEAD = 'description = "Outruns its deadline."\narguments = {}\neffect = "read"\ntimeout = 1\n'

local WAYS = {
  pcall_loop = "function run() while true do pcall(function() while true do end end) end end",
  finalizer = [[
function run()
  setmetatable({}, { __gc = function() while true do end end })
  while true do local garbage = {} garbage.itself = garbage end
end]],
  message_handler = [[
function run() return xpcall(error, function() while true do end end, "once") end]],
  pattern = [[
function run() return (("a"):rep(60):find(("a*"):rep(60) .. "b")) end]],
  coroutine = [[
function run() return coroutine.wrap(function() while true do end end)() end]],
}

describe("a script that outruns its deadline", function()
  local w, answers, slowest = nil, {}, 0

  setup(function()
    w = world.start { offline = true }
    local files, begun = {}, {}
    for way, text in pairs(WAYS) do files["scripts/" .. way .. ".lua"] = HEAD .. text .. "\n" end
    local overlay = w:overlay(files)
    local started = sys.monotonic()
    for way in pairs(WAYS) do begun[way] = w:begin(requests.of(way), { arguments = { "--overlay", overlay } }) end
    for way, process in pairs(begun) do answers[way] = process:finish() end
    slowest = sys.monotonic() - started
  end)
  teardown(function() w:close() end)

  for way in pairs(WAYS) do
    it("by a " .. way:gsub("_", " ") .. " ends with one JSON document", function()
      local document = world.answer(answers[way])
      assert.truthy(document.error ~= json.null and document.error.message:find("deadline", 1, true), answers[way].stdout)
    end)
  end

  it("is over five seconds after its deadline", function()
    assert.is_true(slowest < 8, ("it took %.1f s"):format(slowest))
  end)
end)

describe("the last words", function()
  it("are one JSON document also when memory runs out", function()
    local w = world.start { offline = true, config = { engine = { memory_mb = 16 } } }
    finally(function() w:close() end)
    local overlay = w:overlay { ["scripts/glutton.lua"] = HEAD ..
      'function run()\n  local all = {}\n  while true do all[#all + 1] = ("x"):rep(65536 + #all) end\nend\n' }
    local err = w:failure(requests.of "glutton", { arguments = { "--overlay", overlay } })
    assert.truthy(err.message:find("memory", 1, true))
  end)
end)
