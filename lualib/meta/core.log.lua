---@meta core.log

--- A levelled log on stderr, one write per line, in which secrets are masked by value. Texts are
--- string.format's.
local log = {}

---@param format string
function log.debug(format, ...) end
---@param format string
function log.info(format, ...) end
---@param format string
function log.warn(format, ...) end
---@param format string
function log.error(format, ...) end

--- Masks s from now on: as it is, JSON-escaped, percent-encoded, and in both base64 alphabets at any
--- alignment. Shorter than 6 characters is ignored.
---@param s string
function log.secret(s) end

--- The text with every known secret masked.
---@param s string
---@return string
function log.redact(s) end

--- Sets the level, and tells it. Raises on another name.
---@param name "debug"|"info"|"warn"|"error"|"off"|nil
---@return string
function log.level(name) end

--- What stands before the level in each line: the director's request id. Cut at 63 bytes.
---@param s string
function log.prefix(s) end

return log
