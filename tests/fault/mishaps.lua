--- What goes wrong with a request beside the answers of the API: signals, the disk, the account. Each mishap is told
--- what was drawn for it, the world, and the cids that the request is about. It may say how slcpi is started (`wrap`),
--- act on the running process (`during`), and be undone after the request (`after`); nil: it did not happen.

local build = require "support.build"
local eventually = require "support.eventually"
local folder = require "support.folder"
local http = require "core.http"
local sys = require "core.sys"

local mishaps = {}

local function signal(name)
  return function(trouble)
    return { kills = name, during = function(process)
      sys.sleep(tonumber(trouble.at))
      return process:signal(name)
    end }
  end
end

mishaps.SIGTERM = signal "TERM"
mishaps.SIGKILL = signal "KILL"

-- From a moment on no file can grow any more; the answers go through pipes, which can.
local FILLS = [[
{ { ( trap '' XFSZ; self=$BASHPID; { sleep "$1"; exec prlimit --fsize=0 --pid "$self"; } </dev/null >/dev/null 2>&1 &
      shift; exec "$@" ) 2>&1 >&3 | cat >&2; exit "${PIPESTATUS[0]}"; } 3>&1; } | cat; exit "${PIPESTATUS[0]}" ]]

mishaps["full disk"] = function(trouble)
  local at = trouble.share < 0.4 and "0" or trouble.at
  return { wrap = { "bash", "-c", FILLS, "bash", at } }
end

-- An hour more or less on the wall, from the beginning or from some reading of the clock on.
mishaps["clock step"] = function(trouble)
  local step = trouble.share < 0.5 and -3600 or 3600
  local at = math.floor(tonumber(trouble.at) * 100)
  return { wrap = { "env", "CLOCK_STEP=" .. step, "CLOCK_STEP_AT=" .. at,
    "LD_PRELOAD=" .. build.folder .. "/stepped_clock.so" } }
end

-- A file is cut somewhere, or one of its bytes is another; who repairs it has a copy.
mishaps["torn state file"] = function(trouble, w)
  local paths = w:record_paths()
  if #paths == 0 then return nil end
  local path = paths[1 + math.floor(trouble.share * #paths)]
  local text = folder.read(path)
  local at = math.floor(trouble.share * 1e6) % (#text - 4)
  local torn = tonumber(trouble.at) < 0.2 and text:sub(1, at) or text:sub(1, at) .. "#" .. text:sub(at + 2)
  local function put(content)
    local file = assert(io.open(path, "wb"))
    assert(file:write(content))
    assert(file:close())
  end
  put(torn)
  return { again = true, after = function()
    local is_record = path:match "([^/]+)$":find "^%l+_%l+%-"
    assert(not is_record or folder.read(path) == torn, "a damaged record was written over: " .. path)
    put(text)
  end }
end

mishaps["permission taken away"] = function(trouble, w)
  local function set(granted)
    w.sim:ask("POST", "user", { hasFullVirtualGuestAccessFlag = granted, permissions = { NAS_MANAGE = granted } })
  end
  set(false)
  local rules = {}
  if trouble.share < 0.6 then
    for i, service in ipairs { "Virtual_Guest", "Network_Storage" } do rules[i] = w.sim:fault(service .. ".getObject do=missing") end
  end
  return { after = function()
    set(true)
    for _, number in ipairs(rules) do w.sim:ask("DELETE", "faults?number=" .. number) end
  end }
end

-- Somebody else cancels the VM that the request is about.
function mishaps.RECLAIM_WAIT(_, w, cids)
  local vm = cids[1]
  if not vm then return nil end
  local done = pcall(w.sim.api, w.sim, ("SoftLayer_Virtual_Guest/%s/deleteObject"):format(vm))
  return done and {} or nil
end

mishaps["list lag"] = function(trouble, w)
  w.sim:ask("POST", "settings", { lag = math.floor(trouble.share * 200) })
  return {}
end

mishaps["tokens expire"] = function(_, w)
  w.sim:ask("POST", "expire-tokens")
  return {}
end

mishaps["another time zone"] = function(trouble, w)
  w.sim:ask("POST", "user", { zone = trouble.share < 0.5 and "US/Central" or "+09:00" })
  return {}
end

--- Waits until new connections are accepted: a rule that refused some may be gone before that is over.
function mishaps.accepted(w)
  eventually("slsim to accept connections", function() return not http.send({ { url = w.sim.url } })[1].err end)
end

--- Waits until the journal stands still after a process was killed: what it had sent is being carried out.
function mishaps.settle(w)
  local last
  eventually("the calls that were under way", function()
    local now = #w.sim:journal()
    local still = now == last
    last = now
    return still
  end)
end

return mishaps
