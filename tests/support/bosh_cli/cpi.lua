--- How `bosh create-env` calls the CPI that it installed, and what it takes for an answer.

local build = require "support.build"
local folder = require "support.folder"
local json = require "core.json"
local process = require "support.process"

local cpi = {}
cpi.__index = cpi

local MAX_API_VERSION = 2

local function run(...)
  local words = { ... }
  for i, word in ipairs(words) do words[i] = folder.quoted(word) end
  assert(os.execute(table.concat(words, " ")))
end

--- Installs the release's job, and the engine under test as its package.
---@param at table a support.folder: the CLI's installation
---@param properties table of cloud_provider
---@return table cpi
function cpi.install(at, properties)
  local given = at:write("properties.json", json.encode(properties))
  run("ruby", "tests/support/erb.rb", "release/jobs/softlayer_cpi", given, at.path .. "/jobs/softlayer_cpi")
  run("install", "-D", "-m", "0755", build.slcpi, at.path .. "/packages/slcpi/bin/slcpi")
  local environment = { "-i", "PATH=/usr/local/bin:/usr/bin:/bin:/sbin", "HOME=" .. at.path, "BOSH_PACKAGES_DIR=" .. at.path
    .. "/packages", "BOSH_JOBS_DIR=" .. at.path .. "/jobs" }
  return setmetatable({ at = at, calls = {}, environment = environment }, cpi)
end

-- Go's decoder: unknown members are ignored, a missing one has its zero value, another type is an error.
local function decode(stdout)
  local document = assert(json.decode(stdout), "no JSON: " .. stdout)
  local problem = document.error
  assert(document.log == nil or document.log == json.null or type(document.log) == "string", "log is no string")
  if problem == nil or problem == json.null then return document.result end
  for name, kind in pairs { type = "string", message = "string", ok_to_retry = "boolean" } do
    assert(problem[name] == nil or type(problem[name]) == kind, "error." .. name .. " is no " .. kind)
  end
  return nil, problem
end

local function send(self, method, arguments, api_version)
  local request = { method = method, arguments = json.array(arguments), api_version = api_version,
    context = { director_uuid = self.director_id, vm = { stemcell = { api_version = self.stemcell_api_version } } } }
  self.calls[#self.calls + 1] = request
  local started = process.start(self.at, { argv = { self.at.path .. "/jobs/softlayer_cpi/bin/cpi" },
    environment = self.environment, stdin = json.encode(request) })
  if self.watch then self.watch(method, started) end
  local ended = started:finish()
  assert(ended.status == 0, ("%s: exit status %s, signal %s\n%s"):format(method, ended.status, ended.signal, ended.stderr))
  local problem
  request.result, problem = decode(ended.stdout)
  return request.result, problem
end

-- What Go's type assertions demand of a result; others are not looked at.
local RESULTS = {
  create_stemcell = function(result) return type(result) == "string" end,
  create_vm = function(result) return json.is_array(result) and type(result[1]) == "string" end,
  create_disk = function(result) return type(result) == "string" end,
  has_vm = function(result) return type(result) == "boolean" end,
}

--- The CPI's version, as far as the CLI knows versions.
---@return integer
function cpi:info()
  local info, problem = send(self, "info", {}, 1)
  assert(not problem, problem and problem.message)
  for _, format in ipairs(info.stemcell_formats) do assert(type(format) == "string") end
  assert(math.type(info.api_version or 1) == "integer", "api_version is no number")
  return math.min(info.api_version or 1, MAX_API_VERSION)
end

--- One call, with `info` before it.
---@param tolerated string? an error type that is as good as a success
---@return any result
function cpi:call(tolerated, method, ...)
  local result, problem = send(self, method, { ... }, self:info())
  if problem and problem.type ~= "Bosh::Clouds::" .. tostring(tolerated) then
    error(("CPI '%s' method responded with error: %s: %s"):format(method, problem.type, problem.message), 0)
  end
  assert(problem or not RESULTS[method] or RESULTS[method](result), "Unexpected external CPI command result")
  return result
end

--- What was called since the last time: method and API version.
---@return string[]
function cpi:taken()
  local taken = {}
  for i, call in ipairs(self.calls) do taken[i] = ("%s %d"):format(call.method, call.api_version) end
  self.calls = {}
  return taken
end

--- The last call of a method, with its result.
function cpi:last(method)
  for i = #self.calls, 1, -1 do
    if self.calls[i].method == method then return self.calls[i] end
  end
end

return cpi
