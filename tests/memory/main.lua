--- make memory-test: fails the allocations of a request one by one, each in a process of its own.
--   main.lua                   every allocation of an info and a has_vm, 500 of a create_vm as SEED draws them
--   main.lua METHOD [AT]       those of one method, or one alone
--   main.lua worker I METHOD   what one of the processes does, with one line of JSON at its end

local case = require "memory.case"
local json = require "core.json"
local sys = require "core.sys"

local JOBS = tonumber(os.getenv "JOBS") or 2
local SEED = tonumber(os.getenv "SEED") or 1
local DRAWN = { create_vm = 500 } -- every allocation of the others

local function numbers(method, allocations)
  local list = {}
  math.randomseed(SEED)
  for i = 1, DRAWN[method] or allocations do list[i] = DRAWN[method] and math.random(allocations) or i end
  return list
end

-- The sanitizer's verdict, or one line without the place in our sources.
local function headline(message)
  return message:match "SUMMARY: [^\n]*" or message:match("[^\n]*"):gsub("^[%w_/%.]+:%d+: ", "")
end

local function work(job, method)
  local c = case.open(method)
  local sums = { allocations = c.allocations, tried = 0, errors = 0, failures = json.array {} }
  for i, n in ipairs(numbers(method, c.allocations)) do
    if i % JOBS == job % JOBS then
      local ok, result = pcall(c.try, c, n)
      sums.tried, sums.errors = sums.tried + 1, sums.errors + (result == true and 1 or 0)
      if not ok then
        sums.failures[#sums.failures + 1] = { n = n, text = headline(result) }
        pcall(c.close, c)
        c = case.open(method) -- the account may not be as it was
      end
    end
  end
  c:close()
  print(json.encode(sums))
end

local function start(method)
  local pipes = {}
  for job = 1, JOBS do
    pipes[job] = assert(io.popen(("exec '%s' tests/memory/main.lua worker %d %s"):format(arg[-1], job, method)))
  end
  return pipes
end

local function gather(pipes)
  local all = { tried = 0, errors = 0, failures = {} }
  for _, pipe in ipairs(pipes) do
    local text = pipe:read "a"
    assert(pipe:close(), "a worker came to grief")
    local sums = assert(json.decode(text))
    all.allocations, all.tried, all.errors = sums.allocations, all.tried + sums.tried, all.errors + sums.errors
    table.move(sums.failures, 1, #sums.failures, #all.failures + 1, all.failures)
  end
  return all
end

local ROW = "%-12s %11s %11s %11s %11s %11s"

local function run(list)
  local started, passed, failed = sys.monotonic(), 0, 0
  print(ROW:format("", "allocations", "failing", "errors", "no matter", "failures"))
  for _, method in ipairs(list) do
    local sums = gather(start(method))
    local failures = #sums.failures
    passed, failed = passed + sums.tried - failures, failed + failures
    print(ROW:format(method, sums.allocations, sums.tried, sums.errors, sums.tried - sums.errors - failures, failures))
    for _, failure in ipairs(sums.failures) do
      print(("%s (make memory-test METHOD=%s AT=%d)"):format(failure.text, method, failure.n))
    end
  end
  print(("seed %d, %.0f s"):format(SEED, sys.monotonic() - started))
  print(("%d passed, %d failed"):format(passed, failed))
  return failed == 0 and passed > 0
end

local function one(method, n)
  local c = case.open(method)
  local ok, result = pcall(c.try, c, n)
  pcall(c.close, c)
  local answer = result and "an error" or "as if nothing had happened"
  print(("%s, allocation %d of %d: %s"):format(method, n, c.allocations, ok and answer or result))
  return ok
end

local method, at = arg[1], math.tointeger(tonumber(arg[2]))
if method == "worker" then work(at, arg[3])
elseif not (at and one(method, at) or not at and run(method and { method } or case.methods)) then os.exit(1) end
