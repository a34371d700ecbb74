--- Findings in words: what differs, where, and how much was compared.

local shape = require "live_check.shape"

local report = {}

local MOST_EXAMPLES = 6

local function first_line(text) return text:match("^[^\n]*") end

--- Holds the finding of one probe against slsim's.
---@param name string the probe's
---@param finding string
---@param expected string
---@return table[] differences { what =, where = } each
function report.compare(name, finding, expected)
  local kind = finding:match("^%a+")
  if kind ~= "value" or expected:match("^%a+") ~= "value" then
    if finding == expected then return {} end
    local what = ("%s: '%s', but slsim '%s'"):format(name, first_line(finding), first_line(expected))
    return { { what = what, where = name } }
  end
  local found = {}
  for i, difference in ipairs(shape.differences(finding:match("\n(.*)$"), expected:match("\n(.*)$"))) do
    found[i] = { what = difference.what, where = ("%s: %s"):format(name, difference.path) }
  end
  return found
end

local function grouped(differences)
  local groups, order = {}, {}
  for _, difference in ipairs(differences) do
    local group = groups[difference.what]
    if not group then
      group = { what = difference.what }
      groups[difference.what], order[#order + 1] = group, group
    end
    group[#group + 1] = difference.where
  end
  return order
end

local function listed(places)
  local shown = table.concat(places, "; ", 1, math.min(#places, MOST_EXAMPLES))
  return #places > MOST_EXAMPLES and ("%s; and %d more"):format(shown, #places - MOST_EXAMPLES) or shown
end

--- The report's text. One kind of difference is told once, with the places where it was seen.
---@param account string which API was asked
---@param differences table[]
---@param compared integer
---@param without string[] probes that had nothing to look at
---@return string
function report.text(account, differences, compared, without)
  local groups = grouped(differences)
  local lines = { ("live_check of %s: %d probes compared with slsim"):format(account, compared) }
  for _, group in ipairs(groups) do
    lines[#lines + 1] = ("  - %s"):format(group.what)
    if group[1] ~= group.what:match("^(.-):") or #group > 1 then lines[#lines + 1] = "    " .. listed(group) end
  end
  if #without > 0 then lines[#lines + 1] = "  nothing to compare: " .. table.concat(without, ", ") end
  lines[#lines + 1] = ("%d difference%s"):format(#groups, #groups == 1 and "" or "s")
  return table.concat(lines, "\n")
end

return report
