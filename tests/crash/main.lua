-- `make crash-test`: kills every action at every call, in several processes, and prints what became of it.
--   main.lua [--case=N]        all cases, or one
--   main.lua --worker=I/N      the units of one process, one JSON line each

local case = require "crash.case"
local json = require "core.json"
local numbers = require "crash.numbers"

local WORKERS = tonumber(os.getenv "CRASH_WORKERS") or 6
local BEFORE, AFTER, LATE = 1, 2, 3
local LONGEST = 99 -- calls of an action

local function texts_of(number, outcome)
  local list = {}
  for _, kind in ipairs { "duplicates", "unaccounted" } do
    for _, text in ipairs(outcome[kind]) do list[#list + 1] = ("%d: %s: %s"):format(number, kind, text) end
  end
  if outcome.failure then list[#list + 1] = ("%d: failure: %s"):format(number, outcome.failure) end
  return list
end

-- A unit's sums.
local function tally(unit)
  local sums = { unit = unit, cases = 0, passed = 0, duplicates = 0, unaccounted = 0, failures = 0, texts = json.array {} }
  return sums, function(number, outcome)
    local texts = texts_of(number, outcome)
    sums.cases, sums.passed = sums.cases + 1, sums.passed + (#texts == 0 and 1 or 0)
    sums.duplicates = sums.duplicates + (#outcome.duplicates > 0 and 1 or 0)
    sums.unaccounted = sums.unaccounted + (#outcome.unaccounted > 0 and 1 or 0)
    sums.failures = sums.failures + (outcome.failure and 1 or 0)
    table.move(texts, 1, #texts, #sums.texts + 1, sums.texts)
  end
end

local function is_read(method)
  for _, word in ipairs { "get", "find", "is", "has", "verify", "check" } do
    if method:find("^" .. word) then return true end
  end
  return false
end

-- Both moments of each call until the action ends before it. Carried out or not is the same for a read, so only the
-- plain variant tries both.
local function run_unit(w, unit)
  local sums, count = tally(unit)
  local reference = numbers.reference(w, unit)
  if #texts_of(0, reference) > 0 then return count(numbers.of(unit, 0, BEFORE), reference), sums end
  local function try(call, moment)
    local number = numbers.of(unit, call, moment)
    local outcome = numbers.run(w, number, reference.figures)
    if outcome.reached or outcome.failure then count(number, outcome) end
    return outcome.reached and outcome.struck
  end
  local _, variant = numbers.unit(unit)
  if variant.late then try(0, LATE) end
  for call = 1, LONGEST do
    local method = try(call, BEFORE)
    if not method then break end
    if variant == case.variants[1] or not is_read(method) then try(call, AFTER) end
  end
  return nil, sums
end

local function work(which, of)
  local w = case.world()
  for unit = which, numbers.UNITS, of do
    local _, sums = run_unit(w, unit)
    io.write(json.encode(sums), "\n")
    io.flush()
  end
  w:close()
end

local function one(number)
  local unit = numbers.read(number)
  local scenario, variant = numbers.unit(unit)
  local w = case.world()
  local reference = numbers.reference(w, unit)
  local outcome = numbers.run(w, number, reference.figures)
  w:close()
  print(("%s %s, %s: %s"):format(scenario.action, scenario.kind, variant.name,
    outcome.reached and "killed and made again" or "it ended before that call"))
  local texts = texts_of(number, outcome)
  for _, text in ipairs(texts) do print(text) end
  return #texts == 0
end

local function start_workers()
  local pipes = {}
  for i = 1, WORKERS do
    pipes[i] = assert(io.popen(("exec %s tests/crash/main.lua --worker=%d/%d"):format(
      require "support.build".folder .. "/slcpi-test", i, WORKERS)))
  end
  return pipes
end

local function gather(pipes)
  local units = {}
  for _, pipe in ipairs(pipes) do
    for line in pipe:lines() do
      local sums = assert(json.decode(line))
      units[sums.unit] = sums
    end
    assert(pipe:close(), "a worker came to grief")
  end
  return units
end

local ROW = "  %-16s %-15s %-18s %6s %11s %12s %9s\n"

local function print_table(units)
  local passed, failed = 0, 0
  io.write(ROW:format("action", "kind", "variant", "cases", "duplicates", "unaccounted", "failures"))
  for unit, sums in ipairs(units) do
    local scenario, variant = numbers.unit(unit)
    io.write(ROW:format(scenario.action, scenario.kind, variant.name, sums.cases, sums.duplicates, sums.unaccounted,
      sums.failures))
    passed, failed = passed + sums.passed, failed + sums.cases - sums.passed
  end
  for _, sums in ipairs(units) do
    for _, text in ipairs(sums.texts) do io.write(text, "\n") end
  end
  return passed, failed
end

local function all()
  local started = os.time()
  local units = gather(start_workers())
  assert(#units == numbers.UNITS, "not every unit was run")
  local passed, failed = print_table(units)
  print(("%d s"):format(os.time() - started))
  print(("%d passed, %d failed"):format(passed, failed))
  return failed == 0 and passed > 0
end

local name, value = (arg[1] or ""):match "^%-%-(%l+)=(.+)$"
if name == "worker" then
  work(math.tointeger(value:match "^%d+"), math.tointeger(value:match "%d+$"))
elseif not (name == "case" and one(math.tointeger(value)) or not name and all()) then
  os.exit(1)
end
