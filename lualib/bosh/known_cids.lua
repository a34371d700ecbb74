--- The cids that a director knows, from files: what `bosh vms --json` and `bosh disks --orphaned --json` print, a JSON
--- list of cids, or one cid a line.

local errors = require "errors"
local json = require "core.json"
local sys = require "core.sys"

local known_cids = {}

local columns = { vm_cid = "VM", disk_cid = "disk", disk_cids = "disk", snapshot_cid = "disk" }

local function add(cids, text, kind)
  for cid in tostring(text):gmatch "[^%s,]+" do
    if not cid:find "^%d+$" then return errors.cpi("'%s' is no cid", cid) end
    if kind ~= "any" or not cids[cid] then cids[cid] = kind end
  end
end

local function add_rows(cids, rows)
  for _, row in ipairs(rows or {}) do
    for column, kind in pairs(columns) do
      local err = row[column] and add(cids, row[column], kind)
      if err then return err end
    end
  end
end

local function add_document(cids, document)
  if type(document) ~= "table" then return add(cids, document, "any") end
  if not json.is_array(document) and type(document.Tables) ~= "table" then
    return errors.cpi "it is no list of cids, nor what `bosh --json` prints"
  end
  for _, value in ipairs(document.Tables or document) do
    local err
    if type(value) == "table" then err = add_rows(cids, value.Rows) else err = add(cids, value, "any") end
    if err then return err end
  end
end

--- Reads one file into the cids.
---@param cids table<string, "VM"|"disk"|"any">
---@param path string
---@return boolean? done
---@return Error? err
function known_cids.read(cids, path)
  local text, message = sys.read(path)
  if not text then return nil, errors.cpi("%s", message) end
  local document = json.decode(text)
  local err = add_document(cids, document == nil and text or document)
  if err then return nil, errors.cpi("%s: %s", path, err.message) end
  return true
end

return known_cids
