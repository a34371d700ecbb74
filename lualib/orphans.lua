--- Orphans: what was ordered and never returned, as the records have it, and what may be done about each. Which of
--- them exist is asked of softlayer.whereabouts.

local hostname = require "bosh.hostname"
local moment = require "moment"
local record = require "record"
local whereabouts = require "softlayer.whereabouts"

local orphans = {}

local MOST = 9 -- spent names that a damaged record may have had

local kinds = { create_vm = "VM", build_stemcell = "VM", create_disk = "disk", file_volume = "file volume",
  snapshot_disk = "snapshot", change_disk = "change", create_stemcell = "image", import_stemcell = "image" }

---@class Claim what a record says of one thing
---@field key string the record's name
---@field method string
---@field kind string "VM", "disk", "file volume", "snapshot", "change", "image", "upload"
---@field stage string the record's, or "left behind", "damaged"
---@field reason string
---@field held boolean a process works on the record
---@field left integer? its place in left_behind
---@field id integer?
---@field order integer?
---@field upload string?
---@field nonces table<string, integer>? of an image's record, by which the image is found

--- What the records of a method order.
---@param method string
---@return string
function orphans.kind(method) return kinds[method] or method end

--- The nonces of a record's attempts, those of the first few for a damaged one.
---@param entry { key: string, fields: table? }
---@return table<string, integer> attempts
function orphans.nonces(entry)
  local nonces = {}
  for attempt = 0, entry.fields and entry.fields.attempts or MOST do
    nonces[record.nonce(entry.key, attempt)] = attempt
  end
  return nonces
end

--- Whose VMs have which nonce.
---@param entries table[] of state.all
---@return table<string, table> entries by nonce
function orphans.owners(entries)
  local owners = {}
  for _, entry in ipairs(entries) do
    for nonce in pairs(kinds[entry.method] == "VM" and orphans.nonces(entry) or {}) do owners[nonce] = entry end
  end
  return owners
end

local function claim_of(entry, stage, reason, named)
  local fields = entry.fields or {}
  return { key = entry.name, method = entry.method, kind = orphans.kind(entry.method), stage = stage,
    reason = reason, held = entry.held, director = fields.director, sent = fields.sent, after = fields.after,
    mark = fields.mark, identity = fields.identity, id = named.id, order = named.order, hostname = named.hostname,
    nonces = orphans.nonces(entry) }
end

-- What is in the object storage for an image.
local function upload_of(entry, stage, reason, name)
  local claim = claim_of(entry, stage, reason, {})
  claim.kind, claim.upload, claim.sent = "upload", name, nil
  return claim
end

local reasons = {
  SENT = "the answer to its order is missing",
  KNOWN = "the request ended before this was ready",
  READY = "the answer was not taken",
}

--- What a record has ordered and nobody was told of.
---@param entry table of state.all
---@return Claim[]
function orphans.claims(entry)
  if entry.err then return { claim_of(entry, "damaged", entry.err.message, {}) } end
  local fields, claims = entry.fields, {}
  for i, left in ipairs(fields.left_behind or {}) do
    local of = left.upload and upload_of or claim_of
    claims[i] = of(entry, "left behind", left.reason or fields.reason, left.upload or left)
    claims[i].left = i
  end
  local reason = reasons[fields.stage]
  if reason then claims[#claims + 1] = claim_of(entry, fields.stage, reason, fields) end
  if fields.upload then
    claims[#claims + 1] = upload_of(entry, "upload", "the request ended before its object was deleted", fields.upload)
  end
  return claims
end

local function row_of(claim, found)
  return { key = claim.key, kind = claim.kind, stage = claim.stage, held = claim.held, left = claim.left,
    director = claim.director, reason = claim.reason, age = claim.sent and moment.age(claim.sent) or nil,
    cid = found.cid or claim.id and tostring(claim.id), order = found.order or claim.order,
    name = found.name or claim.upload or claim.hostname, upload = claim.upload, price = found.price,
    account = found.account, detail = found.detail, uncertain = found.certain == false or nil }
end

-- An order that has left no trace may still show one for a while.
local function look_out(row, claim)
  if row.stage ~= "SENT" or row.account ~= "not found" and not row.uncertain then return row end
  local left = whereabouts.left(claim.kind, claim.sent)
  row.may_appear = left > 0
  row.reason = left == 0 and "outcome unknown; the time in which it may turn up is over"
    or ("outcome unknown; it may turn up for another %.0f s"):format(left)
  return row
end

local function examine(claim)
  if claim.stage == "damaged" then return row_of(claim, { account = "unclear" }) end
  return look_out(row_of(claim, whereabouts.of(claim)), claim)
end

-- The guests that records name, those that were returned among them.
local function named_guests(entries, rows)
  local named = {}
  for _, entry in ipairs(entries) do
    local id = kinds[entry.method] == "VM" and entry.fields and entry.fields.id
    if id then named[tostring(id)] = true end
  end
  for _, row in ipairs(rows) do
    if row.kind == "VM" and row.cid then named[row.cid] = true end
  end
  return named
end

-- Guests under a name of a record that does not name them: of an order that took effect too late, or whose
-- record is damaged.
local function add_strays(rows, entries, guests, key)
  local named, owner = named_guests(entries, rows), orphans.owners(entries)
  for _, guest in ipairs(guests) do
    local entry = owner[hostname.nonce(guest.hostname or "") or ""]
    local found = whereabouts.of_guest(guest)
    if entry and (not key or entry.name == key) and not named[found.cid] and found.account == "exists" then
      local stage = entry.err and "damaged" or entry.fields.stage
      local claim = claim_of(entry, stage, "it has a name of this record, which does not tell of it", {})
      rows[#rows + 1] = row_of(claim, found)
      rows[#rows].stray = true
    end
  end
end

--- What was ordered and never returned, with what the account says of it.
---@param entries table[] of state.all
---@param guests table[] the account's, with whereabouts.GUEST
---@param key string? of this record only
---@return table[] rows
function orphans.rows(entries, guests, key)
  local rows = {}
  for _, entry in ipairs(entries) do
    local claims = (not key or entry.name == key) and orphans.claims(entry) or {}
    for _, claim in ipairs(claims) do rows[#rows + 1] = examine(claim) end
  end
  add_strays(rows, entries, guests, key)
  return rows
end

local over = { ["being reclaimed"] = true, gone = true, ["order void"] = true, done = true }

--- What may be done about a row: "cancel" it, "forget" it (nothing is left of it), or "keep" it.
---@param row table
---@return "cancel"|"forget"|"keep" action
---@return string? why it is kept
function orphans.action(row)
  if row.held then return "keep", "a request works on it" end
  if row.stage == "damaged" then return "keep", "its record is damaged, so it may be in use" end
  if not row.stage then return "keep", "no record tells of it" end
  if row.uncertain and row.may_appear then return "keep", row.reason end
  if over[row.account] then return "forget" end
  if row.account == "not found" and not row.may_appear then return "forget" end
  if row.account == "not found" then return "keep", row.reason end
  if row.account ~= "exists" then return "keep", row.detail or row.account end
  if row.uncertain then return "keep", "it may be another client's; `slcpi adopt` says that it is this record's" end
  return "cancel"
end

--- What tells a row from every other one.
---@param row table
---@return string
function orphans.reference(row) return ("%s %s"):format(row.key, row.cid or row.order or row.name or "") end

return orphans
