local errors = require "errors"
local image = require "softlayer.image"
local network = require "doctor.network"
local orphans = require "orphans"
local places = require "softlayer.places"
local permissions_of = require "doctor.permissions"
local rate = require "rate"
local row = require "doctor.row"
local session = require "session"
local sl = require "softlayer"
local state = require "state"
local state_directory = require "state_directory"

description = [[
Looks at what slcpi needs: its configuration, the API and the user there, the datacenter, the state directory. A check
that fails does not keep the others; those that need the API say so if it does not answer.
]]
arguments = { "file: string?", "stemcell: cid?" }
effect    = "read"
timeout   = 5 * 60

local USER = "id,username,hasFullVirtualGuestAccessFlag,hasFullHardwareAccessFlag,permissions.keyName"
local MOST_SKEW = 60 -- seconds
local MOST_CALLS = 50 -- in a second, by the API's own limit
local NEARLY = 0.9 -- of the volumes that an account may have

function configuration(file)
  local usable, err = pcall(function() return config.softlayer end)
  if usable then return row.ok("configuration", file) end
  return row.fail("configuration", errors.wrap(err).message, "correct cpi.json; README has its keys")
end

function ask_who()
  return session.send({ sl.Account:mask(USER):later "getCurrentUser" })[1]
end

function endpoint(answer)
  local err = answer.err
  if err and err.kind ~= "api" then
    return row.fail("endpoint", err.message,
      "check softlayer.api_endpoint, engine.proxy, engine.ca_file and the network")
  end
  return row.ok("endpoint", ("%s answers in %.0f ms"):format(config.softlayer.endpoint, answer.seconds * 1000))
end

function key(answer)
  if answer.err then
    return row.fail("key", answer.err.message, "check softlayer.username, softlayer.api_key and softlayer.iam_token")
  end
  local user = answer.value
  if type(user) ~= "table" or not user.username then return row.fail("key", "the API does not tell whose it is") end
  return row.ok("key", ("is of user %s, id %s"):format(user.username, user.id))
end

function clock(answer)
  if not answer.date then return row.warn("clock", "the API does not tell its time") end
  local skew = os.time() - answer.date
  local seen = ("%d s %s the API's"):format(math.abs(skew), skew < 0 and "behind" or "ahead of")
  if math.abs(skew) <= MOST_SKEW then return row.ok("clock", seen) end
  return row.warn("clock", seen, "set it: tokens and certificates are held to it (chronyc makestep)")
end

function permissions(answer) return permissions_of.rows(answer.value) end

function vlans()
  local datacenter, list = config.softlayer.datacenter, {}
  local query = sl.Account:mask "id,networkSpace,primaryRouter.hostname"
  if datacenter then
    local id, err = places.id_of(datacenter)
    if not id then return row.fail("VLANs", err.message, "check softlayer.datacenter") end
    query = query:filter { primaryRouter = { datacenter = { name = datacenter } } }
  end
  for vlan in query:each "getNetworkVlans" do list[#list + 1] = vlan end
  return network.row(list, datacenter)
end

function stemcell(cid)
  local id = must(image.id_of(cid))
  local found, err = sl.Virtual_Guest_Block_Device_Template_Group:id(id):mask("id,name,datacenters.name"):getObject()
  if not found then error(image.explain(id, err), 0) end
  local names, here = {}, config.softlayer.datacenter
  for i, place in ipairs(found.datacenters or {}) do names[i] = place.name end
  table.sort(names)
  local listed = #names > 0 and table.concat(names, ", ") or "no datacenter"
  local seen = ("%s (%s) is in %s"):format(cid, found.name or "without a name", listed)
  if #names > 0 and (not here or (", " .. listed .. ","):find(", " .. here .. ",", 1, true)) then
    return row.ok("stemcell", seen)
  end
  return row.warn("stemcell", seen, ("add %s to the image's locations"):format(here or "a datacenter"))
end

-- What is used of a limit, from 0 to 1; nil if it does not say so.
local function share(limit)
  local used, most = tonumber(limit.provisionedCount), tonumber(limit.maximumAvailableCount)
  return used and most and most > 0 and used / most or nil
end

-- The fullest of the limits that hold here: the account's, and the datacenter's if it has one.
function volumes()
  local here, fullest = config.softlayer.datacenter, nil
  for _, limit in ipairs(must(sl.Network_Storage:getVolumeCountLimits()) or {}) do
    local place = limit.datacenterName or "global"
    local holds = (place == "global" or place == here) and share(limit)
    if holds and (not fullest or holds > share(fullest)) then fullest = limit end
  end
  if not fullest then return row.warn("volumes", "the API tells no limit") end
  local seen = ("%s of %s (%s)"):format(fullest.provisionedCount, fullest.maximumAvailableCount,
    fullest.datacenterName or "global")
  if share(fullest) < NEARLY then return row.ok("volumes", seen) end
  local make = share(fullest) < 1 and row.warn or row.fail
  return make("volumes", seen, "cancel what is not needed, or have the limit raised by a ticket")
end

function rate_limit()
  local limit, path = rate.shared()
  if limit == 0 then
    return row.warn("rate limit", "none", ("the API refuses more than %d calls per second: take the default of %d")
      :format(MOST_CALLS, rate.DEFAULT))
  end
  local seen = ("%g calls per second"):format(limit)
  if limit > MOST_CALLS then
    return row.warn("rate limit", seen, ("the API refuses more than %d: lower engine.rate_limit"):format(MOST_CALLS))
  end
  if path then return row.ok("rate limit", ("%s, shared by %s"):format(seen, path)) end
  return row.warn("rate limit", seen .. ", for each process by itself", "see state_dir")
end

local function tell_records(entries)
  local open, damaged = 0, {}
  for _, entry in ipairs(entries) do
    if entry.err then damaged[#damaged + 1] = entry end
    if not entry.err and not entry.held then open = open + #orphans.claims(entry) end
  end
  return open, damaged
end

function state_dir()
  local directory, message = state_directory.current()
  if not directory then
    return row.fail("state_dir", message, "name an engine.state_dir that can be written: orders are on record there")
  end
  local writable, complaint = state_directory.can_lock(directory)
  if not writable then
    return row.fail("state_dir", complaint, "run slcpi as the user who owns it, or name another engine.state_dir")
  end
  local entries = state.all()
  local open, damaged = tell_records(entries)
  local seen = ("%s; records: %d"):format(directory, #entries)
  if #damaged > 0 then
    return row.fail("state_dir", ("%s, %d damaged: %s"):format(seen, #damaged, damaged[1].name),
      "slcpi orphans tells what it may have bought; slcpi adopt mends it")
  end
  if open == 0 then return row.ok("state_dir", seen) end
  return row.warn("state_dir", ("%s, %d of what they ordered was never returned"):format(seen, open),
    "slcpi orphans lists it")
end

-- Adds what a check finds, or what it raises, as rows.
local function add(rows, what, check, ...)
  local done, found = pcall(check, ...)
  if not done then
    local err = errors.wrap(found)
    if err.kind == "interrupted" then error(err, 0) end
    found = row.fail(what, err.message)
  end
  table.move(found.status and { found } or found, 1, found.status and 1 or #found, #rows + 1, rows)
  return done and found.status ~= "fail"
end

local function skip(rows, names, why)
  for _, name in ipairs(names) do rows[#rows + 1] = row.warn(name, "not checked: " .. why) end
end

local function ask_api(rows, cid)
  local answer = ask_who()
  local names = { "permissions", "VLANs", "volumes", cid and "stemcell" }
  if not add(rows, "endpoint", endpoint, answer) then
    return skip(rows, { "key", "clock", table.unpack(names) }, "the endpoint does not answer")
  end
  local known = add(rows, "key", key, answer)
  add(rows, "clock", clock, answer)
  if not known then return skip(rows, names, "the API does not know the key") end
  add(rows, "permissions", permissions, answer)
  add(rows, "VLANs", vlans)
  add(rows, "volumes", volumes)
  if cid then add(rows, "stemcell", stemcell, cid) end
end

function run(file, cid)
  local rows = {}
  if not add(rows, "configuration", configuration, file) then
    local why = "the configuration cannot be used"
    skip(rows, { "endpoint", "key", "clock", "permissions", "VLANs", "volumes", cid and "stemcell" }, why)
    skip(rows, { "rate limit", "state_dir" }, why)
    return rows
  end
  ask_api(rows, cid)
  add(rows, "rate limit", rate_limit)
  add(rows, "state_dir", state_dir)
  return rows
end
