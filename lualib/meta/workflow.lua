---@meta
-- What workflows and their hooks have besides; other scripts do not.

---@class proc
proc = {}

---@class proc.options
---@field [integer] string    the program, looked up in PATH unless it has a slash, and its arguments; no shell
---@field stdin? string       its input; absent: nothing
---@field timeout? number     seconds of real time, 60 if absent; the script's own deadline holds, too
---@field max_bytes? number   of stdout, and of stderr; 1 MiB if absent, 32 MiB at most
---@field env? table<string, string> its whole environment; absent: some of ours, see docs/scripts.md

---@class proc.result
---@field status? integer     the exit status, or
---@field signal? integer     the signal that ended it
---@field stdout string
---@field stderr string

---Runs a program to its end. A status other than 0 is no error. At the timeout, the deadline or a signal, and when it
---has ended, what is left of its process group is killed. Wrong options raise.
---
---    proc.run { "sort", "-u", stdin = "b\na\n" }  --> { status = 0, stdout = "a\nb\n", stderr = "" }
---@param options proc.options
---@return proc.result? result
---@return Error? err it could not be started, took too long or wrote too much
function proc.run(options) end
