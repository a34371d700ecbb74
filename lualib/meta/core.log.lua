---@meta core.log
-- The log: lines on stderr, one write each, in which secrets are masked by value.
--
--   2026-11-23T11:01:23.364Z cpi-1 info: create_vm done in 246.8 s, 18 API calls
--
-- Formats are string.format's. Control characters become spaces, a line ends at 16 KiB.

---@class log
local log = {}

---Every call of the API.
---@param format string
---@param ... any
function log.debug(format, ...) end

---Orders, writes, refusals, stages of a wait. The default level.
---@param format string
---@param ... any
function log.info(format, ...) end

---What an operator should know, although the request goes on.
---@param format string
---@param ... any
function log.warn(format, ...) end

---What keeps a request from its end.
---@param format string
---@param ... any
function log.error(format, ...) end

---Sets the level below which nothing is written; raises on an unknown name.
---@param name? "debug"|"info"|"warn"|"error"|"off" absent: only tells
---@return string level the one in force
function log.level(name) end

---Stands before the level in each line: the director's request id. Cut at 63 bytes.
---@param text string
function log.prefix(text) end

---Masks this value from now on: as it is, JSON-escaped, percent-encoded, and in base64 of both alphabets
---at any place of a longer text. A value of less than 6 characters is ignored.
---@param value string
function log.secret(value) end

---The text with every secret masked. With a key each secret has a mark of its own.
---
---    log.secret "hunter2-password"
---    log.redact "it is hunter2-password"         --> "it is <redacted>"
---    log.redact("it is hunter2-password", "key")  --> "it is <secret-…>"
---@param text string
---@param key? string
---@return string
function log.redact(text, key) end

---What stands for a secret in log.redact's text: a digest of both, which tells nothing without the key.
---@param secret string
---@param key string
---@return string mark "<secret-abcdefgh>"
function log.mark(secret, key) end

return log
