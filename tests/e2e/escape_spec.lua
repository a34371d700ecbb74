-- The guard rails around scripts. They keep mistakes from doing harm; they are no boundary against an attacker, who
-- owns what he may put into an overlay. Each attempt is a script that answers true when it got what it wanted.
local json = require "core.json"
local requests = require "support.requests"
local world = require "support.world"

local HEAD = 'description = "Wants out."\narguments = {}\neffect = "read"\ntimeout = 2\n'

-- Libraries and functions that are not there, by name and by every way to a name.
local function wanted(names, way)
  local attempts = {}
  for _, name in ipairs(names) do attempts[#attempts + 1] = { way:format(name), ("return %s ~= nil"):format(way:format(name)) } end
  return attempts
end

local function required(names)
  local attempts = {}
  for _, name in ipairs(names) do
    local call = ("require %q"):format(name)
    attempts[#attempts + 1] = { call, ("local ok, got = pcall(require, %q) return ok and got ~= nil"):format(name) }
  end
  return attempts
end

local NAMES = { "io", "debug", "load", "loadstring", "loadfile", "dofile", "package", "collectgarbage", "warn", "arg" }
local OS = { "os.execute", "os.exit", "os.remove", "os.rename", "os.tmpname", "os.getenv", "os.setlocale" }

local attempts = {
  { "bytecode through string.dump", "return string.dump ~= nil and #string.dump(function() end) > 0" },
  { "a library changed for others: table", "table.concat = nil return not pcall(require 'output.grid'.text, { { 'x' } })" },
  { "a library changed for others: string", "string.rep = nil return not pcall(require 'output.grid'.text, { { 'x' } })" },
  { "a library changed for others: the strings' metatable",
    "getmetatable('').__index.rep = nil return not pcall(require 'output.grid'.text, { { 'x' } })" },
  { "a library changed for others: math", "math.max = nil return not pcall(require 'output.grid'.text, { { 'x' } })" },
  { "the global table through _G", "return _G ~= nil and rawget(_G, 'io') ~= nil" },
  { "the global table through a library's environment", "return getmetatable(_ENV).__index.io ~= nil" },
  { "the base behind the environment", [[
    local base = getmetatable(_ENV) base = base and base.__index
    for _ = 1, 8 do
      if type(base) == "table" and (rawget(base, "debug") or rawget(base, "io")) then return true end
      local meta = type(base) == "table" and getmetatable(base)
      base = type(meta) == "table" and meta.__index
    end
    return false]] },
  { "the environment with another metatable", "return pcall(setmetatable, _ENV, { __index = function() return 1 end }) and nosuch == 1" },
  { "a new global at run time", "sneaky = 1 return rawget(_ENV, 'sneaky') == 1" },
  { "the engine's table by require", "local ok, core = pcall(require, 'core.engine') return ok and core.answer ~= nil" },
  { "the engine through package.loaded", "return package ~= nil" },
  { "the engine through a library", [[
    for _, name in ipairs { "session", "dispatch", "script", "engine", "account" } do
      local ok, library = pcall(require, name)
      if ok and type(library) == "table" and (library.core or library.answer) then return true end
    end
    return false]] },
  { "a file outside by require", "return (pcall(require, '../../etc/passwd'))" },
  { "a file outside by an absolute path", "return (pcall(require, '/etc/passwd'))" },
  { "a file outside by dots", "return (pcall(require, '....etc.passwd'))" },
  { "a file outside by a NUL", "return (pcall(require, '../x\\0must'))" },
  { "a script called by a path", "return (pcall(call, '../lualib/must'))" },
  { "a script called by a number", "return (pcall(call, 1))" },
  { "another script that writes", "return (pcall(call, 'set_vm_metadata', '5', { job = 'web' }))" },
  { "a write", "return (pcall(function() return assert(require 'softlayer'.Virtual_Guest:id(5):deleteObject()) end))" },
  { "a write as a list", [[
    local sl = require "softlayer"
    return (pcall(sl.all, { sl.Virtual_Guest:id(5):later "deleteObject" }))]] },
  { "a write past the layers", [[
    local session = require "session"
    return (pcall(session.send, { { service = "Virtual_Guest", method = "deleteObject", id = 5 } }))]] },
  { "the effect turned to write", [[
    return (require "session".within_effect("write", function()
      return (pcall(require "session".send, { { service = "Virtual_Guest", method = "deleteObject", id = 5 } }))
    end))]] },
  { "the API key in the configuration", [[
    local seen = {}
    local function search(value)
      if value == "sim-api-key" then return true end
      if type(value) ~= "table" or seen[value] then return false end
      seen[value] = true
      for key, inner in next, value do if search(key) or search(inner) then return true end end
      return search(getmetatable(value))
    end
    return search(config) or search(request) or search(_ENV)]] },
  { "the API key through the libraries", [[
    local seen, found = {}, false
    local function search(value)
      if value == "sim-api-key" then found = true end
      if type(value) ~= "table" or seen[value] then return end
      seen[value] = true
      for key, inner in next, value do search(key) search(inner) end
    end
    for _, name in ipairs { "session", "account", "configuration", "secrets", "softlayer", "state", "request" } do
      local ok, library = pcall(require, name)
      if ok then search(library) end
    end
    return found]] },
  { "the API key through the environment's variables", "return (require 'core.sys'.getenv 'SLCPI_API_KEY') ~= nil" },
  { "the answer through print", "print '{\"result\":\"stolen\",\"error\":null,\"log\":\"\"}' return false" },
  { "an answer that is no JSON", "return function() end" },
  { "an answer that holds itself", "local t = {} t[1] = t return t" },
  { "an answer that is too deep", "local t = {} for _ = 1, 1000 do t = { t } end return t" },
  { "an answer of NaN", "return 0/0" },
  { "an answer with raw bytes", "return '\\xff\\xfe'" },
  { "an error that is a table", "error({}, 0)" },
  { "an error that is nil", "error(nil, 0)" },
  { "an error whose text raises", "error(setmetatable({}, { __tostring = function() error 'again' end }), 0)" },
  { "an error that looks like ours", "error(setmetatable({ kind = 'api', message = 5 }, { __name = 'Error' }), 0)" },
  { "an error of 8 MiB", "error(('x'):rep(8388608), 0)" },
  { "an error with control characters", "error('\\27[2J\\0\\r\\n', 0)" },
  { "a deep recursion", "local function f() return 1 + f() end return f() > 0" },
  { "a deep recursion through pcall", "local function f() return select(2, pcall(f)) end f() return false" },
  { "a deep recursion through gsub", "local function f(s) return (s:gsub('.', f)) end return f 'x' == nil" },
  { "a deep recursion through a metamethod",
    "local t = setmetatable({}, {}) getmetatable(t).__index = function(_, k) return t[k .. 'x'] end return t.a ~= nil" },
  { "a metatable that is its own index", "local t = {} setmetatable(t, t) t.__index = t return t.a ~= nil" },
  { "coroutines in coroutines", "local function f() return coroutine.wrap(f)() end return f() ~= nil" },
  { "a coroutine without an end", "coroutine.wrap(function() while true do end end)()" },
  { "an endless loop", "while true do end" },
  { "an endless loop that catches errors", "while true do pcall(function() while true do end end) end" },
  { "an endless loop in an error handler", "xpcall(error, function() while true do end end)" },
  { "an endless loop in a finalizer", "setmetatable({}, { __gc = function() while true do end end }) while true do local _ = {} end" },
  { "an endless loop in a close", "local _ <close> = setmetatable({}, { __close = function() while true do end end }) error 'x'" },
  { "an endless loop in __tostring", "error(setmetatable({}, { __tostring = function() while true do end end }), 0)" },
  { "an endless loop in __lt", "local t = {} for i = 1, 9 do t[i] = i end table.sort(t, function() while true do end end)" },
  { "an endless loop in next",
    "local t = setmetatable({}, { __pairs = function() return function() return 1 end end }) for _ in pairs(t) do end" },
  { "a pattern that backtracks", "return (('a'):rep(64):find(('a*'):rep(64) .. 'b')) ~= nil" },
  { "a pattern with balanced brackets", "return (('('):rep(200000):find('%b()')) ~= nil" },
  { "a repetition of 1 GiB", "return #(('x'):rep(1 << 30)) > 0" },
  { "a repetition that overflows", "return #(('xxxxxxxx'):rep(1 << 61)) > 0" },
  { "a format of a great width", "return #string.format('%99999d', 1) > 0" },
  { "an unpack of a million", "return select('#', table.unpack({}, 1, 1e7)) > 0" },
  { "a concat of everything", "local t = {} for i = 1, 1e7 do t[i] = 'xxxxxxxxxxxxxxxx' end return #table.concat(t) > 0" },
  { "a table of 2^30", "local t = {} for i = 1, 1 << 30 do t[i] = i end return #t > 0" },
  { "a table.move over everything", "return #table.move({ 1 }, 1, 1 << 40, 2) > 0" },
  { "a string.pack of everything", "return #string.pack('!16' .. ('i16'):rep(1e6), 1) > 0" },
  { "a utf8.char of a negative", "return #utf8.char(-1) > 0" },
  { "strings that grow", "local s = 'x' while true do s = s .. s end" },
  { "a program by the workflows' built-in", "return proc ~= nil" },
  { "a program by the engine's function", "return require 'proc'({}).run { 'true' } ~= nil" },
  { "a program by the built-ins of another request", [[
    local run = { core = {}, request = { method = "workflows/x" } }
    return require "builtins".of(run, true).script.proc.run { "true" } ~= nil]] },
  { "a program by a workflow that is called", "return call 'workflows/program' == 'it ran'" },
  { "a program by a workflow's file", "return (pcall(call, './program.lua'))" },
  { "a wait without end", "require 'core.sys'.sleep(1e9) return false" },
}

local function add(more) table.move(more, 1, #more, #attempts + 1, attempts) end
add(wanted(NAMES, "%s"))
add(wanted(NAMES, "_ENV[%q]"))
add(wanted(OS, "%s"))
add(required { "io", "debug", "package", "core.engine", "core.proc", "core.process", "lfs", "socket", "posix", "ffi" })

local BATCH = 16
-- These run to their deadline, and beside each other.
local function run_all(w, overlay)
  local answers, begun = {}, {}
  for first = 1, #attempts, BATCH do
    for i = first, math.min(first + BATCH - 1, #attempts) do
      begun[i] = w:begin(requests.of("attempt_" .. i), { arguments = { "--overlay", overlay } })
    end
    for i = first, math.min(first + BATCH - 1, #attempts) do answers[i] = begun[i]:finish() end
  end
  return answers
end

describe("a script that wants more than it may have:", function()
  local w, answers
  setup(function()
    w = world.start { offline = true, config = { engine = { memory_mb = 32 } } }
    local files = {}
    for i, attempt in ipairs(attempts) do
      files[("scripts/attempt_%d.lua"):format(i)] = ("%sfunction run()\n%s\nend\n"):format(HEAD, attempt[2])
    end
    files["scripts/workflows/program.lua"] = HEAD .. "function run() return proc.run { 'true' } and 'it ran' end\n"
    answers = run_all(w, w:overlay(files))
  end)
  teardown(function() w:close() end)

  for i, attempt in ipairs(attempts) do
    it(attempt[1], function()
      local document = world.answer(answers[i])
      assert.is_true(document.result ~= true, "it got out: " .. attempt[2])
      assert.is_nil(answers[i].stdout:find("sim-api-key", 1, true))
      assert.is_nil(answers[i].stderr:find("sim-api-key", 1, true))
      if document.error ~= json.null then assert.is_true(#document.error.message > 0) end
    end)
  end
end)
