--- A simulated account and a configured CPI in front of it: what a spec talks to.

local authority = require "support.authority"
local build = require "support.build"
local director = require "support.director"
local folder = require "support.folder"
local json = require "core.json"
local process = require "support.process"
local proxy = require "support.proxy"
local simulator = require "support.simulator"

local world = {}
world.__index = world

-- As a director starts its CPI: nothing but PATH, and what the options add.
local ENVIRONMENT = { "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0" }

---@param document table
---@param changes table? laid over it, table by table
local function overlaid(document, changes)
  for name, value in pairs(changes or {}) do
    if type(value) == "table" and type(document[name]) == "table" and not json.is_array(value) then
      overlaid(document[name], value)
    else
      document[name] = value
    end
  end
  return document
end

local function account_of(self)
  if not self.sim then return { username = "sim", api_key = "sim-api-key", api_endpoint = "private" } end
  if not self.iam then return { username = "sim", api_key = "sim-api-key", api_endpoint = self.sim.url } end
  return { api_key = "sim-iam-key", iam_token = true, iam_endpoint = self.sim.iam, api_endpoint = self.sim.url }
end

local function default_config(self)
  return {
    cloud = { properties = {
      softlayer = account_of(self),
      agent = { mbus = "nats://nats:nats-password@10.0.0.4:4222", ntp = json.array { "0.pool.ntp.org" },
        blobstore = { provider = "dav", options = { endpoint = "http://10.0.0.4:25250", user = "agent",
          password = "blobstore-password" } } },
    } },
    engine = { speed = self.sim and self.speed or nil, rate_limit = self.sim and 0 or nil, state_dir = self.at.path .. "/state",
      ca_file = self.files and self.files.ca, proxy = self.proxy and self.proxy.url },
  }
end

local function start_simulator(self, options)
  local arguments = { ("--speed=%d"):format(options.slsim_speed or self.speed), table.unpack(options.slsim or {}) }
  if options.tls then
    self.files = authority.issue(self.at)
    arguments[#arguments + 1] = ("--tls=%s,%s"):format(self.files.cert, self.files.key)
  end
  self.sim = simulator.start(self.at, arguments, self.files and self.files.ca)
end

--- Starts slsim (unless `offline`) and writes cpi.json. The ways to slsim: `tls` with a private authority,
--- `proxy` one that needs a password, `iam` with tokens for an IAM key.
---@param options { speed: number?, slsim_speed: number?, slsim: string[]?, config: table?, offline: boolean?,
---tls: boolean?, proxy: boolean?, iam: boolean? }?
function world.start(options)
  options = options or {}
  local self = setmetatable({ at = folder.open(), speed = options.speed or 1000, iam = options.iam }, world)
  if not options.offline then start_simulator(self, options) end
  if options.proxy then self.proxy = proxy.start(self.at) end
  self:configure(options.config)
  return self
end

--- Writes cpi.json anew.
---@param changes table? laid over the usual one
function world:configure(changes)
  self.config = self.at:write("cpi.json", json.encode(overlaid(default_config(self), changes)))
end

--- Overlay scripts: { ["scripts/slow.lua"] = "…" }; returns the folder.
function world:overlay(files)
  for name, text in pairs(files) do self.at:write("overlay/" .. name, text) end
  return self.at.path .. "/overlay"
end

local function command_line(self, options)
  local argv = {}
  for _, word in ipairs(options.wrap or {}) do argv[#argv + 1] = word end
  argv[#argv + 1] = build.slcpi
  local config = options.config or self.config
  if config ~= "" then table.move({ "--config", config }, 1, 2, #argv + 1, argv) end
  return table.move(options.arguments or {}, 1, #(options.arguments or {}), #argv + 1, argv)
end

--- Starts slcpi with a request: a table, or the bytes themselves.
---@param request table|string
---@param options { config: string?, arguments: string[]?, environment: string[]?, wrap: string[]?, stdout: string? }?
---@return table process
function world:begin(request, options)
  options = options or {}
  local environment = table.move(ENVIRONMENT, 1, #ENVIRONMENT, 1, {})
  table.move(options.environment or {}, 1, #(options.environment or {}), #environment + 1, environment)
  return process.start(self.at, {
    argv = command_line(self, options), environment = environment, stdout = options.stdout,
    stdin = type(request) == "string" and request or json.encode(request), close_stdout = options.close_stdout,
  })
end

--- Starts a person's command, with this configuration.
---@param words string[]
---@param environment string[]? more of it
---@return table process
function world:begin_command(words, environment)
  local all = table.move(ENVIRONMENT, 1, #ENVIRONMENT, 1, {})
  table.move(environment or {}, 1, #(environment or {}), #all + 1, all)
  return process.start(self.at, { argv = { build.slcpi, words[1], "--config", self.config, table.unpack(words, 2) },
    environment = all })
end

--- A person's command: w:command { "run", "live_check" }.
---@param words string[]
---@param environment string[]? more of it
---@return table run { status, stdout, stderr }
function world:command(words, environment) return self:begin_command(words, environment):finish() end

--- A person at a terminal with `slcpi repl`: what is typed, and what is waited for.
---@param steps table[] { "see", text }, { "type", text }, { "pause", seconds }, { "resize", columns }
---@param options { arguments: string[]?, environment: string[]? }?
---@return { screen: string, status: integer, unseen: string?, seconds: number[] }
function world:converse(steps, options)
  options = options or {}
  local argv = { "python3", "tests/support/terminal.py", build.slcpi, "repl", "--config", self.config }
  table.move(options.arguments or {}, 1, #(options.arguments or {}), #argv + 1, argv)
  local environment = table.move(ENVIRONMENT, 1, #ENVIRONMENT, 1, {})
  table.move({ "HOME=" .. self.at.path, "TERM=xterm-256color", "LANG=C.UTF-8" }, 1, 3, #environment + 1, environment)
  table.move(options.environment or {}, 1, #(options.environment or {}), #environment + 1, environment)
  local run = process.start(self.at, { argv = argv, environment = environment, stdin = json.encode(json.array(steps)) })
    :finish()
  local told = json.decode(run.stdout) or error(run.stderr)
  if told.unseen ~= json.null then error(("'%s' was not seen on\n%s"):format(told.unseen, told.screen), 2) end
  return told
end

--- slcpi repl without a terminal.
---@param script string its lines
---@return table run { status, stdout, stderr }
function world:pipe(script, ...)
  return process.start(self.at, { argv = { build.slcpi, "repl", "--config", self.config, ... }, stdin = script,
    environment = ENVIRONMENT }):finish()
end

--- One request from its text to the answer that a director accepts.
---@return table document { result, error, log }
---@return table run { status, stdout, stderr }
function world:ask(request, options)
  return world.answer(self:begin(request, options):finish())
end

--- What a director makes of a run.
function world.answer(run)
  assert(run.status == 0, ("exit status %s, signal %s\n%s"):format(run.status, run.signal, run.stderr))
  return director.read(run.stdout), run
end

--- The result of a request that must succeed.
function world:result(request, options)
  local document, run = self:ask(request, options)
  if document.error ~= json.null then error(document.error.message .. "\n" .. run.stderr, 2) end
  return document.result, run
end

--- The error of a request that must fail.
function world:failure(request, options)
  local document, run = self:ask(request, options)
  if document.error == json.null then error("it succeeded: " .. run.stdout, 2) end
  return document.error, run
end

--- The paths of the records in the state directory.
function world:record_paths()
  local paths = {}
  for _, path in ipairs(folder.files(self.at.path .. "/state")) do
    if path:find "%.json$" then paths[#paths + 1] = path end
  end
  return paths
end

--- The records themselves: { stage, id, attempts, … } each.
function world:records()
  local records = {}
  for i, path in ipairs(self:record_paths()) do records[i] = assert(json.decode(folder.read(path))).record end
  return records
end

function world:close()
  local complaints = self.sim and self.sim:stop() or ""
  if self.proxy then self.proxy:stop() end
  self.at:close()
  assert(complaints == "", complaints)
end

return world
