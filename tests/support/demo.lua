--- The demonstration behind tests/demo.sh: a director's requests to slcpi, one after the other.

local json = require "core.json"
local requests = require "support.requests"
local world = require "support.world"

local SPEED = tonumber(os.getenv "DEMO_SPEED") or 120
local BOLD, DIM, PLAIN = "", "", ""
if os.getenv "DEMO_COLOUR" then BOLD, DIM, PLAIN = "\27[1m", "\27[2m", "\27[0m" end

local account <close> = setmetatable({}, { __close = function(self) self.world:close() end })
local via = {}
for way in (os.getenv "DEMO_VIA" or ""):gmatch "%l+" do
  assert(way == "tls" or way == "proxy" or way == "iam", "VIA is made of tls, proxy and iam")
  via[way] = true
end
account.world = world.start { speed = SPEED, tls = via.tls, proxy = via.proxy, iam = via.iam,
  config = { cloud = { properties = { softlayer = { native_resize = true } } } } }
local w = account.world

local function say(format, ...)
  io.write(format:format(...), "\n")
  io.flush()
end

local function row(name, answer, seconds, calls)
  io.write(("  %s%-17s%s %-42s %7s %6s\n"):format(BOLD, name, PLAIN, answer, seconds, calls))
  io.flush()
end

local total_seconds, total_calls = 0, 0

--- Sends one request and prints its line; `show` makes the answer's text of the result.
local function act(request, show)
  local name = type(request) == "table" and request.method or request:match '"method":"([^"]+)"'
  local result, run = w:result(request)
  local seconds, calls = run.stderr:match "done in ([%d.]+) s, (%d+) API calls"
  total_seconds, total_calls = total_seconds + seconds, total_calls + calls
  row(name, show(result), ("%.0f s"):format(seconds), calls)
  return result
end

local function nothing() return "done" end
local function yes_or_no(expected)
  return function(found)
    assert(found == expected, "the answer was " .. tostring(found))
    return tostring(found)
  end
end

say("%sThe life of a virtual machine and two disks, against a simulated SoftLayer%s", BOLD, PLAIN)
say("%s%s: time runs %d times faster than real%s", DIM, w.sim.url, SPEED, PLAIN)
if via.tls then say("%sTLS, with a certificate of a private authority%s", DIM, PLAIN) end
if via.proxy then say("%sthrough the proxy 127.0.0.1:%d, which needs a password%s", DIM, w.proxy.port, PLAIN) end
if via.iam then say("%swith tokens that IAM gives for an API key%s", DIM, PLAIN) end
say("")
row("request", "answer", "time", "calls")
act(requests.of "info", function(info)
  return ("API version %d, %s"):format(info.api_version, table.concat(info.stemcell_formats, ", "))
end)
act(requests.of("create_stemcell", "image", { infrastructure = "softlayer", ["virtual-disk-image-id"] = 380214 }),
  function(cid) return "stemcell " .. cid end)
local vm = act(requests.LOGGED_V2, function(pair)
  return ("guest %s at %s"):format(pair[1], pair[2].default.ip)
end)[1]
act(requests.of("has_vm", vm), yes_or_no(true))
act(requests.of("set_vm_metadata", vm, { deployment = "demo", job = "web", index = "0" }), nothing)

local function volume(cid)
  local made = w.sim:api("SoftLayer_Network_Storage/" .. cid .. "/getObject", "capacityGb,storageType.keyName")
  return ("volume %s, %d GB, %s"):format(cid, made.capacityGb, made.storageType.keyName:match "^%u+":lower())
end

-- The hint is for the agent; its password is not for the screen.
local function hint(answer)
  local settings = answer.iscsi_settings
  return ("%s, password %s"):format(settings.target, ("*"):rep(#settings.password))
end

local first = act(requests.of("create_disk", 20480, { iops = 500, snapshot_space = 20 }, vm), volume)
local initiator
act(requests.of("attach_disk", vm, first), function(answer)
  initiator = answer.iscsi_settings.initiator_name
  return hint(answer)
end)
local second = act(requests.of("create_disk", 40960, { tier = 2 }, vm), volume)
act(requests.of("attach_disk", vm, second), hint)
act(requests.of("get_disks", vm), function(cids) return table.concat(cids, ", ") end)
act(requests.of("set_disk_metadata", first, { deployment = "demo", instance_index = 0 }), nothing)
local snapshot = act(requests.of("snapshot_disk", first, { deployment = "demo" }), function(cid) return "snapshot " .. cid end)
act(requests.of("resize_disk", first, 40960), function() return volume(first) end)
act(requests.of("delete_snapshot", snapshot), nothing)
for _, cid in ipairs { first, second } do
  act(requests.of("detach_disk", vm, cid), nothing)
  act(requests.of("delete_disk", cid), nothing)
end
act(requests.of("has_disk", first), yes_or_no(false))

local guest = w.sim:api("SoftLayer_Virtual_Guest/" .. vm .. "/getObject", "hostname,tagReferences.tag.name")
local tags = {}
for i, reference in ipairs(guest.tagReferences) do tags[i] = reference.tag.name end
table.sort(tags)

act(requests.of("reboot_vm", vm), nothing)
act(requests.of("delete_vm", vm), nothing)
act(requests.of("has_vm", vm), yes_or_no(false))
row("", "", ("%.0f s"):format(total_seconds), ("%d"):format(total_calls))
say("")
say("The guest was %s, tagged %s.", guest.hostname, table.concat(tags, " "))
say("Its iSCSI initiator was %s.", initiator)

w.sim:ask("POST", "advance", { seconds = 900 }) -- until the cancelled guest is reclaimed
local left = w.sim:inventory()
if via.proxy then say("The proxy passed on %d connections.", w.proxy:requests()) end
say("Left in the account: %d guests, %d servers, %d volumes, %d items billed.", #left.guests, #left.hardware,
  #left.volumes, left.billed)
assert(json.encode { left.guests, left.hardware, left.volumes, left.billed } == "[[],[],[],0]", "the account is not empty")
