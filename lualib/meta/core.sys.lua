---@meta core.sys

--- Clock, sleep, randomness, digests, files and locks. Times are seconds of slcpi's own clock, which
--- `engine.speed` makes faster than real time. A function of files that fails returns nil, a message
--- and the name of the errno ("ENOENT").
local sys = {}

--- Seconds since 1970, comparable between processes that run at the same speed.
---@return number
function sys.now() end

--- Seconds that only move forward.
---@return number
function sys.monotonic() end

--- Sleeps. Only `wait` and the session's retries call it.
---@param seconds number finite
---@return boolean slept false: the deadline or a signal ended it
function sys.sleep(seconds) end

--- Seconds until the request's deadline; math.huge without one.
---@return number
function sys.remaining() end

--- True once a signal asked the process to stop.
---@return boolean
function sys.interrupted() end

---@param n integer 0 to 65536
---@return string bytes from the kernel's generator
function sys.random(n) end

---@return string uuid version 4, lower case
function sys.uuid() end

---@param s string
---@return string hex SHA-256
function sys.sha256(s) end

--- The start of SHA-256(s) in base 32: 13 characters a-z2-7, fit for a hostname.
---@param s string
---@return string
function sys.nonce(s) end

---@param s string
---@return string
function sys.base64(s) end

---@param s string
---@return string url_alphabet without padding
function sys.base64url(s) end

---@param s string either alphabet, padded or not
---@return string? nil: not base64
function sys.unbase64(s) end

--- HOME, TMPDIR, TERM, COLUMNS, NO_COLOR, BOSH_…_DIR, XDG_…_HOME, SLCPI_…; other names read as unset.
---@param name string
---@return string?
function sys.getenv(name) end

---@param path string
---@param max_bytes integer? default 32 MiB; a larger file is EFBIG
---@return string? text
---@return string? message
---@return string? errno
function sys.read(path, max_bytes) end

---@param path string a directory
---@return string[]? names unsorted, without hidden ones
---@return string? message
---@return string? errno
function sys.list(path) end

--- Replaces a file, mode 0600; it is on disk when the function returns.
---@param path string
---@param text string
---@return boolean? done
---@return string? message
---@return string? errno
function sys.write_atomic(path, text) end

--- Makes a directory with its parents, mode 0700; an existing one is fine.
---@param path string
---@return boolean? done
---@return string? message
---@return string? errno
function sys.mkdir(path) end

--- Removes a file; an absent one counts as removed.
---@param path string
---@return boolean? done
---@return string? message
---@return string? errno
function sys.remove(path) end

---@class Lock
local Lock = {}
--- Gives the lock back; idempotent, also done by a to-be-closed variable and the collector.
function Lock:close() end

--- Locks a file, which is made if it is absent. Never waits.
---@param path string
---@return Lock?
---@return string? message
---@return string? errno EWOULDBLOCK: another process has it
function sys.lock(path) end

return sys
