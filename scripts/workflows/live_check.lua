local json    = require "core.json"
local probes  = require "live_check.probes"
local refusal = require "softlayer.refusal"
local report  = require "live_check.report"
local session = require "session"
local shape   = require "live_check.shape"
local sys     = require "core.sys"

description = [[
Compares a real account's answers with the simulator's: shapes, masks, filters, errors, catalogue. It sends
reads and verifyOrder only and costs nothing; the report holds names of properties, no values. `record` writes
what was found to a file instead, which is how lualib/live_check/slsim.lua was made.
]]
arguments = { "record: string?" }
effect    = "read"
timeout   = 15 * 60

-- What the API said, be it an error or no JSON; without an answer of the API there is nothing to compare.
local function is_answer(err)
  if err.kind == "api" then return err.status ~= 401 and not refusal.turned_away(err) end
  return err.kind == "transport" and err.status ~= nil and err.sent ~= false
end

local function ask(call)
  call.nulls = true
  local answer = session.send({ call })[1]
  if answer.err and not is_answer(answer.err) then error(answer.err, 0) end
  return answer
end

local function without_numbers(text) return (text:gsub("%d+", "N")) end

-- One answer as a text: the shape of its value, or the error, without numbers.
---@param call table of session.send
function look(call)
  local answer = ask(call)
  local err = answer.err
  if not err then return "value\n" .. shape.of(answer.value == nil and json.null or answer.value) end
  if err.kind ~= "api" then return err.words end
  return ("error %s %s %s"):format(err.status, err.code, without_numbers(err.words))
end

-- The answers to all probes: { name =, found = }, without `found` where there was nothing to ask about.
---@param known table what the account has to be asked about
function find_out(known)
  local findings = {}
  for i, probe in ipairs(probes.list) do
    log.debug("probe %d of %d: %s", i, #probes.list, probe[1])
    local call = probe[2](known, ask)
    findings[#findings + 1] = { name = probe[1], found = call and look(call) or nil }
  end
  for _, fact in ipairs(probes.facts) do
    local holds = fact[2](ask)
    findings[#findings + 1] = { name = fact[1], found = holds ~= nil and (holds and "yes" or "no") or nil }
  end
  return findings
end

-- The report: where the findings differ from slsim's.
---@param findings table[]
function compare(findings)
  local expected = require "live_check.slsim"
  local differences, compared, without = {}, 0, {}
  for _, finding in ipairs(findings) do
    if finding.found and expected[finding.name] then
      compared = compared + 1
      local more = report.compare(finding.name, finding.found, expected[finding.name])
      table.move(more, 1, #more, #differences + 1, differences)
    else
      without[#without + 1] = finding.name
    end
  end
  return report.text(config.softlayer.endpoint, differences, compared, without)
end

-- Writes the findings to a file, for the next comparison.
---@param findings table[]
---@param path string
function keep(findings, path)
  local lines = { "-- slsim's answers to live_check's probes; made by `slcpi run live_check record=FILE`.", "return {" }
  for _, finding in ipairs(findings) do
    if finding.found then lines[#lines + 1] = ("  [%q] = [[\n%s]],"):format(finding.name, finding.found) end
  end
  lines[#lines + 1] = "}\n"
  must(sys.write_atomic(path, table.concat(lines, "\n")))
  return ("%s written"):format(path)
end

function run(record)
  local findings = find_out(probes.look_around(ask))
  if record then return keep(findings, record) end
  return compare(findings)
end
