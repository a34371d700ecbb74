--- slsim as a child process: its API for slcpi, its control routes for the tests.

local build = require "support.build"
local folder = require "support.folder"
local http = require "core.http"
local json = require "core.json"

local simulator = {}
simulator.__index = simulator

--- Starts slsim and waits for its one line. It ends with this process at the latest: --until-eof.
---@param at table a support.folder
---@param arguments string[] more of its options
---@param ca string? the file of the authority that signed its certificate
function simulator.start(at, arguments, ca)
  local ready, complaints = at:fresh "ready", at:fresh "slsim"
  assert(os.execute("mkfifo " .. ready))
  local words = { build.slsim, "--until-eof", "--rps=0" } -- an option given again wins
  for _, word in ipairs(arguments) do words[#words + 1] = word end
  for i, word in ipairs(words) do words[i] = folder.quoted(word) end
  local self = setmetatable({ key = "sim-api-key" }, simulator)
  self.pipe = assert(io.popen(("exec %s >%s 2>%s"):format(table.concat(words, " "), ready, complaints), "w"))
  local line = assert(io.open(ready)):read "l"
  assert(line, "slsim did not start: " .. folder.read(complaints))
  for name, value in pairs(assert(json.decode(line))) do self[name] = value end
  self.client = assert(http.client { ca_file = ca })
  self.complaints = complaints
  return self
end

local function fetch(self, request)
  local answer = self.client:send({ request })[1]
  assert(not answer.err, answer.err and answer.err.message)
  return answer
end

--- A control route: sim:ask("GET", "inventory"), sim:ask("POST", "fault", { rule = "…" }).
function simulator:ask(verb, route, body)
  local answer = fetch(self, { url = self.control .. "/" .. route, method = verb, body = body and json.encode(body) })
  assert(answer.status == 200, answer.body)
  return json.decode(answer.body)
end

--- The metadata service's answer for a machine, as it stands on the wire.
function simulator:metadata_text(id, method)
  local url = ("%s/%s/rest/v3.1/SoftLayer_Resource_Metadata/%s.json"):format(self.metadata, id, method)
  return fetch(self, { url = url }).body
end

--- Spoils calls; see the table of faults in docs/slsim.md.
---@param rule string
function simulator:fault(rule) return self:ask("POST", "fault", { rule = rule }).number end

function simulator:heal() self:ask("DELETE", "faults") end

function simulator:inventory() return self:ask("GET", "inventory") end

--- The calls that were answered so far, or those of one method.
---@param method string?
function simulator:journal(method)
  local calls = self:ask("GET", "journal")
  if not method then return calls end
  local those = {}
  for _, call in ipairs(calls) do
    if call.method == method then those[#those + 1] = call end
  end
  return those
end

local function escape(text)
  return (text:gsub("[^%w]", function(char) return ("%%%02X"):format(char:byte()) end))
end

--- An API call of the test's own.
---@param path string "SoftLayer_Virtual_Guest/5/getUserData"
---@param mask string?
---@param parameters any[]? makes it a POST
function simulator:api(path, mask, parameters)
  local query = mask and "?objectMask=" .. escape("mask[" .. mask .. "]") or ""
  local answer = fetch(self, { url = ("%s/%s.json%s"):format(self.url, path, query), userpwd = "sim:" .. self.key,
    method = parameters and "POST" or "GET", body = parameters and json.encode { parameters = parameters } })
  assert(answer.status < 300, answer.body)
  return json.decode(answer.body)
end

function simulator:stop()
  self.client:close()
  self.pipe:close()
  return folder.read(self.complaints)
end

return simulator
