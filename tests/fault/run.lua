--- make fault-test: the schedules of many seeds in some processes, or one seed's in full.
--   slcpi-test tests/fault/run.lua                      SEEDS=500 of them, or SEED=123 alone
--   slcpi-test tests/fault/run.lua worker FIRST STEP    every STEP-th of them, one line of JSON each

local case = require "fault.case"
local json = require "core.json"
local kinds = require "fault.kinds"
local sys = require "core.sys"

local SEEDS = tonumber(os.getenv "SEEDS") or 500
local FIRST = tonumber(os.getenv "FIRST") or 1
local JOBS = tonumber(os.getenv "JOBS") or 2

-- One line without the place in our sources.
local function headline(message) return (message:match("[^\n]*"):gsub("^[%w_/%.]+:%d+: ", "")) end

local function work(first, step)
  for seed = first, FIRST + SEEDS - 1, step do
    local verdict = case.run(seed)
    io.write(json.encode { seed = seed, fired = verdict.fired, message = verdict.message and headline(verdict.message) }, "\n")
    io.flush()
  end
end

local function show(seed)
  local verdict = case.run(seed)
  print(table.concat(verdict.told, "\n"))
  if not verdict.message then return print(("seed %d passed"):format(seed)) end
  for _, call in ipairs(verdict.journal) do
    print(("%4d %8.1f %s.%s(%s) %s %s%s %s"):format(call.n, call.virtual_time, call.service or "?", call.method or "?",
      tostring(call.id or ""), tostring(call.status), call.fault and "fault " .. call.fault or "",
      call.executed and " executed" or "", call.order and "order " .. call.order or ""))
  end
  print(json.encode(verdict.records, { pretty = true }))
  print(verdict.log)
  print(("seed %d failed: %s"):format(seed, verdict.message))
  os.exit(1)
end

local function workers()
  local list = {}
  for i = 1, JOBS do list[i] = ("'%s' tests/fault/run.lua worker %d %d &"):format(arg[-1], FIRST + i - 1, JOBS) end
  return assert(io.popen(table.concat(list, " ") .. " wait"))
end

local function table_of(fired)
  print "\nkind of fault               fired"
  for _, kind in ipairs(kinds) do print(("%-26s %6d"):format(kind.name, fired[kind.name] or 0)) end
end

local terminal = os.execute "test -t 1"

local function tell(verdict, done, failed)
  if verdict.message then
    print(("%sseed %d: %s (make fault-test SEED=%d)"):format(terminal and "\r" or "", verdict.seed, verdict.message,
      verdict.seed))
  end
  if terminal then io.write(("\r%d of %d seeds, %d failed "):format(done, SEEDS, failed)) end
  io.flush()
end

local function run_all()
  local started, done, failed, fired = sys.monotonic(), 0, 0, {}
  for line in workers():lines() do
    local verdict = assert(json.decode(line))
    done, failed = done + 1, failed + (verdict.message and 1 or 0)
    for kind, times in pairs(verdict.fired) do fired[kind] = (fired[kind] or 0) + times end
    tell(verdict, done, failed)
  end
  table_of(fired)
  failed = failed + SEEDS - done -- a worker that ended early has failed, too
  print(("%d seeds in %.0f s"):format(done, sys.monotonic() - started))
  print(("%d passed, %d failed"):format(SEEDS - failed, failed))
  os.exit(failed == 0 and 0 or 1)
end

if arg[1] == "worker" then work(tonumber(arg[2]), tonumber(arg[3]))
elseif tonumber(os.getenv "SEED") then show(tonumber(os.getenv "SEED"))
else run_all() end
