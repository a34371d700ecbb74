--- What uploads to any object storage share: a file is cut into parts, and those that are there are not sent again.

local errors = require "errors"
local log = require "core.log"
local sys = require "core.sys"

local upload = {}

upload.PART = 10 << 20 -- bytes: 10000 parts, which is S3's most, hold the largest disk that SoftLayer takes
local TOLD = 10 -- parts from one line in the log to the next

--- A digest in hex as Content-MD5 wants it.
---@param hex string
---@return string
function upload.base64(hex)
  return sys.base64((hex:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end)))
end

local function tell(number, bytes, kept)
  if number % TOLD ~= 0 and #bytes == upload.PART then return end
  local total = ((number - 1) * upload.PART + #bytes) / 1e6
  log.info("%.0f MB are uploaded%s", total, kept > 0 and (", %d parts of it by an earlier try"):format(kept) or "")
end

--- Has every part of a file stored.
---@param file Source
---@param there table<integer, { etag: string, size: integer? }> what the storage has
---@param put fun(number: integer, bytes: string): boolean?, Error?
---@return integer? count of parts
---@return Error? err
function upload.parts(file, there, put)
  local number, kept = 0, 0
  while true do
    local bytes, err = file:read(upload.PART)
    if not bytes then return nil, err end
    if bytes == "" then break end
    number = number + 1
    local known = there[number]
    if known and known.size == #bytes and known.etag == sys.md5(bytes) then
      kept = kept + 1
    else
      local done
      done, err = put(number, bytes)
      if not done then return nil, err end
    end
    tell(number, bytes, kept)
    if #bytes < upload.PART then break end
  end
  if number == 0 then return nil, errors.cloud "the file is empty" end
  return number
end

return upload
