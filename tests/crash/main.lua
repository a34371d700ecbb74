-- `make crash-test`: kills every action at every call, in several processes, and prints what became of it.
--   main.lua [ACTION]          all cases, or those of one action
--   main.lua --case=N          one case
--   main.lua --worker=I/N [ACTION]   the units of one process, one JSON line each

local build = require "support.build"
local case = require "crash.case"
local folder = require "support.folder"
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
  if #texts_of(0, reference) > 0 then
    count(numbers.of(unit, 0, BEFORE), reference)
    return sums
  end
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
  return sums
end

local function work(which, of, action)
  local w = case.world()
  for i, unit in ipairs(numbers.units(action)) do
    if i % of == which % of then
      io.write(json.encode(run_unit(w, unit)), "\n")
      io.flush()
    end
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

local function start_workers(action)
  local pipes = {}
  for i = 1, WORKERS do
    pipes[i] = assert(io.popen(("exec %s/slcpi-test tests/crash/main.lua --worker=%d/%d %s"):format(build.folder, i, WORKERS,
      folder.quoted(action or ""))))
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

local ROW, CELL = "%-28s", "  %18s"

-- One row for each kind of action, one cell for each variant.
local function print_table(units)
  io.write("cases, duplicates, unaccounted, failures\n", ROW:format "")
  for _, variant in ipairs(case.variants) do io.write(CELL:format(variant.name)) end
  local last
  for unit = 1, numbers.UNITS do
    local sums, scenario = units[unit], numbers.unit(unit)
    if sums and scenario ~= last then io.write("\n", ROW:format(scenario.action .. " " .. scenario.kind)) end
    if sums then
      io.write(CELL:format(("%d %3d %3d %3d"):format(sums.cases, sums.duplicates, sums.unaccounted, sums.failures)))
      last = scenario
    end
  end
  io.write "\n"
end

local function print_sums(units)
  local passed, failed = 0, 0
  for unit = 1, numbers.UNITS do
    local sums = units[unit] or { passed = 0, cases = 0, texts = {} }
    passed, failed = passed + sums.passed, failed + sums.cases - sums.passed
    for _, text in ipairs(sums.texts) do io.write(text, "\n") end
  end
  return passed, failed
end

local function all(action)
  local started = os.time()
  local units = gather(start_workers(action))
  for _, unit in ipairs(numbers.units(action)) do assert(units[unit], "not every unit was run") end
  print_table(units)
  local passed, failed = print_sums(units)
  print(("%d s"):format(os.time() - started))
  print(("%d passed, %d failed"):format(passed, failed))
  return failed == 0 and passed > 0
end

local name, value = (arg[1] or ""):match "^%-%-(%l+)=(.+)$"
local action = arg[name and 2 or 1]
if action == "" then action = nil end
if name == "worker" then
  work(math.tointeger(value:match "^%d+"), math.tointeger(value:match "%d+$"), action)
elseif not (name == "case" and one(math.tointeger(value)) or not name and all(action)) then
  os.exit(1)
end
