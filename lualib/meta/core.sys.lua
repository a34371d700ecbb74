---@meta core.sys
-- The machine: clock, randomness, digests, files, locks. With `engine.speed` both clocks and every sleep
-- are scaled. File functions fail with `nil, message, errno's name`.

local sys = {}

---Seconds since 1970, comparable between processes that run at the same speed.
---@return number
function sys.now() end

---Seconds that only move forward; the starting point means nothing.
---@return number
function sys.monotonic() end

---Real seconds since the machine started, whatever `engine.speed` says; one clock for all its processes.
---@return number
function sys.boottime() end

---Sleeps; scripts wait with `wait`, which alone calls this.
---@param seconds number finite
---@return boolean slept false: the deadline or a signal ended it
function sys.sleep(seconds) end

---The same for real seconds, whatever `engine.speed` says.
---@param seconds number finite
---@return boolean slept
function sys.pause(seconds) end

---Seconds until the process's deadline, math.huge without one, 0 after a signal; once the deadline was
---reported, what is left for a rollback.
---@return number
function sys.remaining() end

---True once a signal asked the process to stop.
---@return boolean
function sys.interrupted() end

---Random bytes, fit for secrets.
---@param n integer 0 to 65536
---@return string bytes
function sys.random(n) end

---A random identifier.
---@return string uuid a random one (version 4)
function sys.uuid() end

---A digest.
---@param s string
---@return string hex 64 digits
function sys.sha256(s) end

---A digest, as a stemcell's manifest and BOSH's files name it; no protection against forgery.
---@param s string
---@return string hex 40 digits
function sys.sha1(s) end

---A digest, as object storage names it; no protection against forgery.
---@param s string
---@return string hex 32 digits
function sys.md5(s) end

---The start of SHA-256(s) as 13 characters a-z and 2-7, fit for a hostname.
---
---    sys.nonce "x"  --> "fvyrmqvxe2yei"
---@param s string
---@return string
function sys.nonce(s) end

---    sys.base64 "hi?"  --> "aGk/"
---@param s string
---@return string
function sys.base64(s) end

---The other alphabet, without padding.
---
---    sys.base64url "hi?>"  --> "aGk_Pg"
---@param s string
---@return string
function sys.base64url(s) end

---Either alphabet, padded or not.
---@param s string
---@return string? bytes nil if it is no base64
function sys.unbase64(s) end

---The environment, but only SLCPI_…, SLSIM_…, HOME, TMPDIR, TERM, COLUMNS, NO_COLOR, BOSH_JOBS_DIR,
---BOSH_PACKAGES_DIR, XDG_CACHE_HOME and XDG_CONFIG_HOME; others read as unset.
---@param name string
---@return string?
function sys.getenv(name) end

---How many columns of a terminal a character takes, as the C library's tables say; without a locale C.UTF-8 on
---the machine, 1 for whatever is no control character.
---
---    sys.wcwidth(0x4e2d)  --> 2
---@param code integer a code point
---@return integer columns 0 to 2; -1 for what cannot be printed: control characters, code points that are not assigned
function sys.wcwidth(code) end

---The text of a file.
---@param path string
---@param max_bytes? integer 32 MiB if absent; a larger file is EFBIG
---@return string? text
---@return string? message
---@return string? code "ENOENT"
function sys.read(path, max_bytes) end

---A part of a file.
---@param path string
---@param offset integer
---@param count integer at most 32 MiB
---@return string? bytes fewer than `count` only at the file's end
---@return string? message
---@return string? code
function sys.read_at(path, offset, count) end

---The names in a directory, unsorted, without hidden ones.
---@param path string
---@return string[]? names
---@return string? message
---@return string? code
function sys.list(path) end

---Replaces the file as a whole, mode 0600; it is on disk when this returns.
---@param path string
---@param text string
---@return boolean? done
---@return string? message
---@return string? code
function sys.write_atomic(path, text) end

---Adds to the end of a file, which is made with mode 0600 if it is missing; it need not be on disk when this returns.
---@param path string
---@param text string
---@return boolean? done
---@return string? message
---@return string? code "ENOSPC"
function sys.append(path, text) end

---Makes the directory and its parents, mode 0700, and puts them on disk; one that exists is fine.
---@param path string
---@return boolean? done
---@return string? message
---@return string? code
function sys.mkdir(path) end

---Removes a file or an empty directory; an absent one counts as removed.
---@param path string
---@return boolean? done
---@return string? message
---@return string? code
function sys.remove(path) end

---A regular file's size in bytes, and when it was written: on the file system's clock, not on sys.now().
---@param path string
---@return { size: integer, modified: number }? what
---@return string? message
---@return string? code
function sys.stat(path) end

---@class sys.lock held until it is closed; a `<close>` variable does it too
local held = {}

---Gives the lock back; closing twice is fine.
function held:close() end

---The first 4 KiB of the locked file.
---@return string? text
---@return string? message
---@return string? code
function held:read() end

---Writes the locked file in place; it need not be on disk when this returns.
---@param text string at most 4 KiB
---@return boolean? done
---@return string? message
---@return string? code
function held:write(text) end

---Writes at the end of the locked file; it need not be on disk when this returns.
---@param text string
---@return boolean? done
---@return string? message
---@return string? code
function held:append(text) end

---Takes the lock on a file, which is made if it is missing; never waits.
---@param path string
---@return sys.lock? lock
---@return string? message
---@return string? code "EAGAIN" (EWOULDBLOCK): another process holds it
function sys.lock(path) end

return sys
