--- slcpi reap: cancels what was ordered and never returned.

local console = require "console"
local orphan_table = require "orphan_table"
local errors = require "errors"

local reap = { description = "Cancels what was ordered and never returned, after asking, and removes its records. "
  .. "Exit status 0: nothing is left." }

local PATIENCE = 24 * 60 * 60 -- seconds for a person to answer

function reap.describe(parser)
  parser:flag("--yes", "Does not ask.")
  parser:option("--older", "Only what was ordered at least so long ago."):argname "SECONDS":convert(tonumber)
end

local function divide(rows, older)
  local orphans = require "orphans"
  local due, kept = {}, {}
  for _, row in ipairs(rows) do
    local action, why = orphans.action(row)
    local young = older and (row.age or 0) < older
    if action == "keep" or young then
      row.why, kept[#kept + 1] = why or "younger than --older", row
    else
      row.action, due[#due + 1] = action, row
    end
  end
  return due, kept
end

-- By record, in the order of the list: the director that made it, and what is approved.
local function by_key(due)
  local orphans = require "orphans"
  local keys, groups = {}, {}
  for _, row in ipairs(due) do
    local group = groups[row.key]
    if not group then
      group = { director = row.director, approved = require "core.json".array {} }
      keys[#keys + 1], groups[row.key] = row.key, group
    end
    table.insert(group.approved, orphans.reference(row))
  end
  return keys, groups
end

local function title(row)
  return ("%s %s"):format(row.kind, row.cid or row.order and "order " .. row.order or row.name or row.key)
end

local function permitted(core, due)
  local count = { cancel = 0, forget = 0 }
  for _, row in ipairs(due) do count[row.action] = count[row.action] + 1 end
  core.deadline(PATIENCE)
  local answer = core.ask(("Cancel %d, forget %d? Type yes: "):format(count.cancel, count.forget))
  if not answer then error(errors.cpi "there is no terminal to ask on; --yes does without", 0) end
  return answer == "yes"
end

-- Works on one record; an error of one does not keep the others.
local function settle(core, ask, key, group)
  local ok, rows = pcall(ask, "records/reap", { key, group.approved }, group.director)
  if not ok then
    core.print(("%s is kept: %s\n"):format(key, errors.wrap(rows).message))
    if errors.wrap(rows).kind == "interrupted" then error(rows, 0) end
    return false
  end
  local clean = true
  for _, row in ipairs(rows) do
    core.print(("%s is %s%s\n"):format(title(row), row.outcome, row.why and ": " .. row.why or ""))
    clean = clean and row.outcome ~= "kept"
  end
  return clean
end

---@param core table
---@param options table
---@return integer exit_status
function reap.run(core, options)
  local ask = console.open(core, options)
  local due, kept = divide(ask("records/orphans", {}).rows, options.older)
  if #due > 0 then core.print(orphan_table.text(due) .. "\n") end
  for _, row in ipairs(kept) do core.print(("%s stays: %s\n"):format(title(row), row.why)) end
  if #due == 0 then return #kept == 0 and 0 or 1 end
  if not options.yes and not permitted(core, due) then return 1 end
  local clean, keys, groups = #kept == 0, by_key(due)
  for _, key in ipairs(keys) do clean = settle(core, ask, key, groups[key]) and clean end
  return clean and 0 or 1
end

return reap
