-- Thousands of drawn masks, filters and limits over real HTTP, each answer compared property by property with
-- what an evaluator of the tests' own makes of the whole objects. SEED=N draws others; CASES=N more of them.
local account = require "corpus.account"
local conditions = require "corpus.conditions"
local draw = require "corpus.draw"
local filters = require "corpus.filters"
local json = require "core.json"
local masks = require "corpus.masks"
local objects = require "corpus.objects"

local SEED = tonumber(os.getenv "SEED") or 1
local MAX_WHOLE = 100000 -- bytes; what looks at more takes too long
local CASES = tonumber(os.getenv "CASES") or 80

-- Where two values differ, as a path; nil where they do not.
local function difference(expected, actual, path)
  if type(expected) ~= "table" or type(actual) ~= "table" then
    if expected ~= actual then return ("%s: %s, not %s"):format(path, tostring(actual), tostring(expected)) end
    return nil
  end
  if json.is_array(expected) ~= json.is_array(actual) then return path .. ": array or object" end
  for key, value in pairs(expected) do
    local found = difference(value, actual[key], path .. "." .. key)
    if found then return found end
  end
  for key in pairs(actual) do
    if expected[key] == nil then return ("%s.%s: should not be there"):format(path, key) end
  end
end

local function draw_limit()
  if draw.one_in(2) then return nil end
  local offset, limit = math.random(0, 4), math.random(6)
  local text = draw.one { ("%d,%d"):format(offset, limit), ("%d, %d"):format(offset, limit), tostring(limit), "all", "" }
  if text:find "^%d+$" then offset = 0 end
  if not text:find "%d" then offset, limit = 0, math.huge end
  return { text = text, offset = offset, limit = limit }
end

local function paged(list, limit)
  local page = json.array {}
  for i, element in ipairs(list) do
    if not limit or i > limit.offset and i <= limit.offset + limit.limit then page[#page + 1] = element end
  end
  return page
end

describe("slsim's masks, filters and limits", function()
  local cloud, present

  setup(function()
    cloud = account.open()
    present = objects.survey(cloud)
  end)
  teardown(function() cloud:close() end)

  local function draw_case(getter)
    local case = { query = {} }
    if not draw.one_in(8) then
      case.mask = masks.draw(getter.type, draw.one { 1, 2, 2, 3 }, present)
      case.query.objectMask = masks.spell(case.mask)
    elseif draw.one_in(2) then
      case.query.objectMask = draw.one { "", "mask", "mask[]", "[mask]", " mask [ ] ", "mask[\n]" }
    end
    if getter.many and not draw.one_in(4) then
      local along = masks.filtered_relations(case.mask, getter.type)
      case.conditions = not draw.one_in(6) and conditions.draw(getter.type, present, along) or nil
      case.query.objectFilter = not case.conditions and conditions.void(getter.type, getter.root) or nil
    elseif not getter.many and draw.one_in(4) then
      case.query.objectFilter = conditions.void(getter.type) -- means nothing to a single object
    end
    case.limit = draw_limit()
    case.query.resultLimit = case.limit and case.limit.text
    return case
  end

  -- A case, and the whole objects that it looks at; what looks at too much is drawn again.
  local function draw_fitting(getter)
    for _ = 1, 100 do
      local case = draw_case(getter)
      local mask = objects.mask(getter.type, objects.needs(getter.type, case.mask, case.conditions))
      local answer = cloud:get(getter, { objectMask = mask })
      assert(answer.status == 200, answer.body)
      if #answer.body < MAX_WHOLE and not answer.body:find '"Internal Error"' then return case, answer.value end
    end
    error("every case looks at too much: " .. getter.path)
  end

  -- The answer as it should be: value and total.
  local function expected(getter, case, value)
    if not getter.many then
      return value == json.null and value or masks.project(value, getter.type, case.mask)
    end
    if case.conditions then
      conditions.fill(case.conditions, getter.type, value, cloud.now)
      case.query.objectFilter = account.filter_text(getter, case.conditions, draw.one_in(8))
      value = filters.pass(value, getter.type, case.conditions)
    end
    local out = json.array {}
    for i, object in ipairs(paged(value, case.limit)) do
      out[i] = masks.project(object, getter.type, case.mask, case.conditions)
    end
    return out, #value
  end

  local function report(getter, case, number, what, should, answer)
    return ("%s\nSEED=%s case %d: %s\nmask: %s\nfilter: %s\nlimit: %s\nexpected: %s\nanswered: %s"):format(what, SEED, number,
      getter.path, case.query.objectMask, case.query.objectFilter, case.query.resultLimit,
      json.encode(should):sub(1, 2000), answer.body:sub(1, 2000))
  end

  local function check(getter, number)
    local case, value = draw_fitting(getter)
    local should, total = expected(getter, case, value)
    local answer = cloud:get(getter, case.query)
    local wrong = answer.status ~= 200 and "status " .. answer.status or difference(should, answer.value, "answer")
      or total ~= answer.total_items and ("total %s, not %s"):format(answer.total_items, total)
    if wrong then error(report(getter, case, number, wrong, should, answer), 0) end
  end

  local function check_error(getter, number)
    local text, code, message = masks.wrong(getter.type, present)
    local answer = cloud:get(getter, { objectMask = text })
    local should = { code = code, error = message }
    local wrong = answer.status ~= 500 and "status " .. answer.status or difference(should, answer.value, "answer")
    if wrong then error(report(getter, { query = { objectMask = text } }, number, wrong, should, answer), 0) end
  end

  for place, getter in ipairs(account.getters) do
    it(("answer %s (seed %d)"):format(getter.path, SEED), function()
      for number = 1, getter.large and CASES // 3 or CASES do
        math.randomseed(SEED, place * 100000 + number)
        if number % 10 == 0 then check_error(getter, number) else check(getter, number) end
      end
    end)
  end
end)
