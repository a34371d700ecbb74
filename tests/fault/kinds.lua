--- The kinds of faults that a schedule has. Those with `words` are rules of slsim (docs/slsim.md); the others are done
--- to a request by tests/fault/mishaps.lua.

local dice = require "fault.dice"

local kinds = {}

local function rule(name, words, options)
  kinds[#kinds + 1] = { name = name, words = words }
  for key, value in pairs(options or {}) do kinds[#kinds][key] = value end
end

local function mishap(name) kinds[#kinds + 1] = { name = name, mishap = true } end

-- `once`: it costs real time. `lies`: an answer that is wrong and well-formed; no reader can tell.
rule("refuse", "do=refuse seconds=0.05", { once = true })
rule("drop", "do=drop")
rule("drop, executed", "do=drop executed")
rule("reset", "do=reset")
rule("reset, executed", "do=reset executed")
rule("drop_early", "do=drop_early")
rule("reset_early", "do=reset_early")
rule("hang", "do=hang", { once = true })
rule("hang, executed", "do=hang executed", { once = true })
rule("stall", "do=stall", { once = true })
rule("trickle", "do=trickle piece=40 pause_ms=5", { once = true })
rule("delay", function() return "do=delay delay=" .. dice.between(0.01, 0.2) end, { once = true })
rule("torn", "do=torn")
rule("truncate", "do=truncate")
rule("length", "do=length")
rule("hangup", "do=hangup")
rule("close", "do=close")
rule("chunked", "do=chunked")
rule("gzip", "do=gzip")
rule("408", "do=html status=408")
rule("429", "do=rate")
rule("500", "do=html status=500")
rule("502, executed", "do=html status=502 executed")
rule("503", "do=html status=503")
rule("504", "do=html status=504")
rule("504, executed", "do=html status=504 executed")
rule("504, executed later", function() return "do=html status=504 late=" .. math.random(5, 200) end)
rule("error", 'do=error text="This is not possible."')
rule("Internal Error", "do=error")
rule("internal", "do=internal")
rule("internal, executed", "do=internal executed")
rule("not ready", "do=error code=NotReady", { once = true })
rule("no room", 'do=error text="There is insufficient capacity to complete the request."', { order = true })
rule("unauthorized", "do=unauthorized")
rule("token", "do=token")
rule("redirect", "do=redirect")
rule("missing", "do=missing", { change = true })
rule("empty", "do=empty")
rule("null", "do=null")
rule("text", "do=text")
rule("garbage", "do=garbage")
rule("type", "do=type")
rule("unwrap", "do=unwrap")
rule("stale", "do=stale verb=GET", { lies = true })
rule("stuck", "do=stuck", { order = true })
rule("cancelled", "do=cancelled", { order = true })
mishap "SIGTERM"
mishap "SIGKILL"
mishap "full disk"
mishap "clock step"
mishap "torn state file"
mishap "permission taken away"
mishap "list lag"
mishap "RECLAIM_WAIT"
mishap "tokens expire"
mishap "another time zone"

return kinds
