--- Files of what can be had anew: prices, tokens. One that is not whole is as good as none:
---
---     <sha256 of the rest> <JSON>

local json = require "core.json"
local sys = require "core.sys"

local kept_file = {}

local LIMIT = 4 << 20 -- bytes

--- What a file holds.
---@param path string
---@param options table? of json.decode
---@return any document nil: there is none, or it is damaged
---@return string? whole what is in the file
function kept_file.read(path, options)
  local whole = sys.read(path, LIMIT)
  local sum, text = (whole or ""):match "^(%x+) (.*)$"
  if not sum or sys.sha256(text) ~= sum then return nil, whole end
  return (json.decode(text, options)), whole
end

--- Puts a document in the place of what was there.
---@param path string
---@param document table
---@return boolean? done
---@return string? message
function kept_file.write(path, document)
  local text = assert(json.encode(document))
  return sys.write_atomic(path, ("%s %s"):format(sys.sha256(text), text))
end

return kept_file
