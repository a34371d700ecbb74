--- Calls of the simulator with every detail of the wire in the test's hands.

local folder = require "support.folder"
local http = require "core.http"
local json = require "core.json"
local simulator = require "support.simulator"
local sys = require "core.sys"

local wire = {}
wire.__index = wire

--- The credentials that calls have unless they are told otherwise, as a header.
wire.SIM = "Basic " .. sys.base64("sim:sim-api-key")

--- Starts a simulator whose clock stands still.
---@param arguments string[]?
function wire.open(arguments)
  local at = folder.open()
  local words = { "--speed=0" }
  for _, word in ipairs(arguments or {}) do words[#words + 1] = word end
  return setmetatable({ at = at, sim = simulator.start(at, words), client = assert(http.client()) }, wire)
end

local function escape(text)
  return (text:gsub("[^%w]", function(char) return ("%%%02X"):format(char:byte()) end))
end

--- One call: verb, path below the version, and { body | parameters, mask, filter, limit, userpwd, headers, version }.
---@return table answer { status, body, value, location, total_items, err }
function wire:call(verb, path, options)
  options = options or {}
  local query = {}
  if options.mask then query[#query + 1] = "objectMask=" .. escape(options.mask) end
  if options.filter then query[#query + 1] = "objectFilter=" .. escape(json.encode(options.filter)) end
  if options.limit then query[#query + 1] = "resultLimit=" .. options.limit end
  local body = options.body or options.parameters and json.encode { parameters = json.array(options.parameters) }
  local answer = self.client:send({ {
    url = ("%s/%s%s"):format(self.sim.url:gsub("v3%.1$", options.version or "v3.1"), path,
      #query > 0 and "?" .. table.concat(query, "&") or ""),
    method = verb, body = body, headers = options.headers, timeout = options.timeout or 20,
    once = verb ~= "GET", -- libcurl repeats what a dying kept connection swallowed
    userpwd = options.userpwd ~= false and (options.userpwd or "sim:sim-api-key") or nil,
  } })[1]
  answer.value = answer.body and json.decode(answer.body)
  return answer
end

--- The value of a call that must succeed.
function wire:get(path, mask, options)
  options = options or {}
  options.mask = mask
  local answer = self:call(options.parameters and "POST" or "GET", path, options)
  assert(answer.status and answer.status < 300, answer.body)
  return answer.value
end

--- The exception of a call that must fail: status, code without its prefix, text.
function wire:refusal(verb, path, options)
  local answer = self:call(verb, path, options)
  assert(answer.status and answer.value and answer.value.code, answer.body)
  return answer.status, (answer.value.code:gsub("^SoftLayer_Exception_", "")), answer.value.error
end

function wire:advance(seconds) return self.sim:ask("POST", "advance", { seconds = seconds }) end

--- A create template that is accepted, with changes; `false` takes a field away.
function wire.template(changes)
  local fields = { hostname = "vm", domain = "example.com", datacenter = { name = "lon02" }, hourlyBillingFlag = true,
    localDiskFlag = true, startCpus = 2, maxMemory = 4096, operatingSystemReferenceCode = "UBUNTU_LATEST_64" }
  for name, value in pairs(changes or {}) do
    fields[name] = value
    if value == false then fields[name] = nil end
  end
  return fields
end

--- Orders a guest and, unless told otherwise, waits until it is ready.
---@return integer id
function wire:guest(changes, seconds)
  local answer = self:call("POST", "SoftLayer_Virtual_Guest.json", { parameters = { wire.template(changes) } })
  assert(answer.status == 201, answer.body)
  if seconds ~= 0 then self:advance(seconds or 300) end
  return answer.value.id
end

--- Closes everything. What the simulator complained about is a bug of it.
function wire:close()
  self.client:close()
  local complaints = self.sim:stop()
  self.at:close()
  assert(complaints == "", complaints)
end

return wire
