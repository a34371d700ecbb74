--- A source of bytes that is read once, from its start: a file, or what is unpacked from another source. Only what
--- is asked for is in memory.

local errors = require "errors"
local sys = require "core.sys"

local source = {}

local CHUNK = 256 * 1024

---@class Source
---@field next fun(): string?, Error? the bytes that follow; nil: the end
---@field buffer string what was fetched
---@field at integer the first byte in it that was not read
local Source = {}
Source.__index = Source

--- A source of what a function gives.
---@param next fun(): string?, Error? the bytes that follow, some at least; nil: the end
---@return Source
function source.new(next) return setmetatable({ next = next, buffer = "", at = 1 }, Source) end

--- A file as a source.
---@param path string
---@return Source
function source.file(path)
  local offset = 0
  return source.new(function()
    local bytes, message = sys.read_at(path, offset, CHUNK)
    if not bytes then return nil, errors.cloud("%s", message) end
    offset = offset + #bytes
    return #bytes > 0 and bytes or nil
  end)
end

-- Has `count` bytes in the buffer, or all that are left.
---@private
function Source:fetch(count)
  local have = #self.buffer - self.at + 1
  if have >= count then return true end
  local parts = { self.buffer:sub(self.at) }
  self.buffer, self.at = "", 1
  while have < count do
    local bytes, err = self.next()
    if err then return nil, err end
    if not bytes then break end
    parts[#parts + 1], have = bytes, have + #bytes
  end
  self.buffer = table.concat(parts)
  return true
end

--- The bytes that follow, which stay.
---@param count integer
---@return string? bytes fewer than `count` only at the end
---@return Error? err
function Source:peek(count)
  local fetched, err = self:fetch(count)
  return fetched and self.buffer:sub(self.at, self.at + count - 1), err
end

--- The bytes that follow.
---@param count integer
---@return string? bytes fewer than `count` only at the end
---@return Error? err
function Source:read(count)
  local bytes, err = self:peek(count)
  self.at = self.at + #(bytes or "")
  return bytes, err
end

--- What is there without another look at where it comes from, or the next of it.
---@param most integer bytes
---@return string? bytes an empty text at the end
---@return Error? err
function Source:some(most)
  local fetched, err = self:fetch(1)
  if not fetched then return nil, err end
  return self:read(math.min(most, math.max(1, #self.buffer - self.at + 1)))
end

--- Passes over bytes.
---@param count integer
---@return boolean? done
---@return Error? err the source ends before
function Source:skip(count)
  while count > 0 do
    local bytes, err = self:some(count)
    if not bytes then return nil, err end
    if #bytes == 0 then return nil, errors.cloud "the archive ends within a file" end
    count = count - #bytes
  end
  return true
end

return source
