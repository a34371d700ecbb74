local errors = require "errors"
local image = require "softlayer.image"
local json = require "core.json"
local object_storage = require "object_storage"
local orphans = require "orphans"
local sl = require "softlayer"
local state = require "state"
local whereabouts = require "softlayer.whereabouts"

description = [[
Cancels the orphans that a person has approved, by the public methods where there are some, and brings their records
up to date. Each is looked at again under its record's lock: what has changed since it was shown stays.
]]
arguments = { "key: string", "approved: array" }
effect    = "write"
timeout   = 4 * 60 * 60

local methods = { VM = "delete_vm", disk = "delete_disk", ["file volume"] = "delete_disk",
  snapshot = "delete_snapshot" }

local function all_guests()
  local guests = {}
  for guest in sl.Account:mask(whereabouts.GUEST):each "getVirtualGuests" do guests[#guests + 1] = guest end
  return guests
end

-- The rows of this record, which is in our hands.
function examine(record, key)
  local entries = state.all()
  for _, entry in ipairs(entries) do entry.held = entry.held and entry.name ~= key end
  return orphans.rows(entries, orphans.kind(record.method) == "VM" and all_guests() or {}, key)
end

local function give_back(row)
  if row.kind == "image" then return must(image.delete(math.tointeger(tonumber(row.cid)))) end
  if row.kind == "upload" then return must(must(object_storage.open()):delete(row.upload)) end
  return call(methods[row.kind], row.cid)
end

local function cancel(row)
  local done, failure = pcall(give_back, row)
  if done then return true end
  local err = errors.wrap(failure)
  if err.kind == "interrupted" then error(err, 0) end
  return false, err.message
end

-- What became of a row: "cancelled", "forgotten" or "kept", and why.
function settle(row, approved)
  local action, why = orphans.action(row)
  if action == "keep" then return "kept", why end
  if not approved[orphans.reference(row)] then return "kept", "it has changed since it was listed, or is too young" end
  if action == "forget" then return "forgotten", row.detail or row.account end
  local done, message = cancel(row)
  if not done then return "kept", message end
  return "cancelled"
end

-- The record keeps what is left; one that has nothing left is removed.
function update(record, rows)
  local left, kept, own = json.array {}, 0, nil
  for _, row in ipairs(rows) do
    local stays = row.outcome == "kept"
    kept = kept + (stays and 1 or 0)
    if row.left and stays then left[#left + 1] = record.left_behind[row.left] end
    if row.stage == record.stage and not row.left and not row.stray then own = row end
    if row.stage == "upload" and not stays then record.upload = nil end
  end
  record.left_behind = left
  if own and own.outcome ~= "kept" then must(record:abandon("reaped: " .. own.outcome, true)) end
  if kept == 0 and (record.stage == "ABANDONED" or record.stage == "INTENT") then return record:remove() end
  must(record:save {})
end

function run(key, list)
  local record <close> = must(state.open(key))
  local approved, rows = {}, examine(record, key)
  for _, reference in ipairs(list) do approved[reference] = true end
  for _, row in ipairs(rows) do row.outcome, row.why = settle(row, approved) end
  update(record, rows)
  return rows
end
