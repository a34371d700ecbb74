---@meta core.gzip
-- Unpacking gzip piece by piece, by zlib, which is loaded by the first stream. Members that follow each other are one
-- stream; what else follows one is ignored.

local gzip = {}

---@class gzip.stream closed by close, a `<close>` variable or the collector
local stream = {}

---Gives it the input that follows. Raises while there is input that no pull has used.
---@param bytes string at most 1 MiB
function stream:push(bytes) end

---Unpacks.
---@param max integer bytes, at most 1 MiB
---@return string? bytes an empty text: all input is used; push more
---@return string? message what is wrong with the input
function stream:pull(max) end

---Whether the input that was used ended where a stream may end.
---@return boolean
function stream:complete() end

---Gives the memory back; closing twice is fine.
function stream:close() end

---Begins to unpack one stream.
---@return gzip.stream? stream
---@return string? message there is no zlib
function gzip.stream() end

return gzip
