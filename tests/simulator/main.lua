-- slsim: reads the command line, builds the cloud, listens, and says where.

local agent_registry = require "slsim.agent_registry"
local cloud   = require "slsim.cloud"
local control = require "slsim.control"
local faults  = require "slsim.faults"
local guess   = require "slsim.guess"
local hooks   = require "slsim.hooks"
local host    = require "slsim.host"
local httpd   = require "slsim.httpd"
local journal = require "slsim.journal"
local json    = require "core.json"
local options = require "slsim.options"
local pipeline = require "slsim.pipeline"
local quirks  = require "slsim.quirks"
local rate    = require "slsim.rate"
local server  = require "slsim.server"

local RECLAIM_SECONDS = 600

local function fail(text)
  io.stderr:write("slsim: ", text, "\n")
  return 2
end

local function add_faults(rules)
  for _, text in ipairs(rules) do
    local rule, problem = faults.parse(text)
    if rule then rule, problem = faults.add(rule) end
    if not rule then return problem end
  end
end

local function take_quirks(texts)
  quirks.reset()
  for _, text in ipairs(texts) do
    local done, problem = quirks.take(text)
    if not done then return problem end
  end
end

local function start(chosen, settings)
  cloud.start(settings)
  rate.set(chosen.rps)
  faults.clear()
  pipeline.reset()
  if not agent_registry.start(chosen.registry) then return "--registry needs USER:PASSWORD" end
  return add_faults(chosen.faults) or take_quirks(chosen.quirks_set)
end

local function settings_of(chosen)
  return { speed = chosen.speed, seed = math.floor(chosen.seed), lag = chosen.lag, latency = chosen.latency,
    provision = chosen.provision, reclaim = RECLAIM_SECONDS, token_seconds = chosen["token-seconds"] }
end

local function read_file(name)
  local file, problem = io.open(name, "rb")
  if not file then return nil, problem end
  local text = file:read("a")
  file:close()
  return text
end

local function listen(chosen)
  local address, port = chosen.listen:match("^([%d.]+):(%d+)$")
  if not address then return nil, "--listen needs ADDRESS:PORT" end
  local cert, key
  if chosen.tls then
    local cert_file, key_file = chosen.tls:match("^([^,]+),([^,]+)$")
    if not cert_file then return nil, "--tls needs CERT,KEY" end
    local problem
    cert, problem = read_file(cert_file)
    if cert then key, problem = read_file(key_file) end
    if not key then return nil, problem end
  end
  local http, problem = httpd.open { host = address, port = math.tointeger(port), cert = cert, key = key }
  if not http then return nil, problem end
  return http, ("%s://%s:%d"):format(cert and "https" or "http", address, http:port())
end

local function announce(url)
  io.stdout:write(json.encode { url = url .. "/rest/v3.1", control = url .. "/control", metadata = url .. "/metadata",
    iam = url .. "/identity/token", cos = url, swift = url .. "/swift/auth/v1.0",
    registry = agent_registry.is_there() and url .. "/registry" or nil,
    pid = host.pid() }, "\n")
  io.stdout:flush()
end

local function load_all_guesses()
  for _, name in ipairs { "types", "mask", "filter" } do guess.take(require("slsim." .. name).guesses) end
  for _, name in ipairs(require "slsim.services") do require("slsim.services." .. name) end
end

local function serve(chosen)
  local settings = settings_of(chosen)
  local problem = start(chosen, settings)
  if problem then return fail(problem) end
  local http, url = listen(chosen)
  if not http then return fail(url) end
  control.restart = function(changes)
    for name, value in pairs(changes) do settings[name] = value end
    start(chosen, settings)
    journal.clear()
    server.hang_up()
  end
  journal.open(chosen.journal)
  hooks.start { command = chosen["boot-hook"], metadata = function(machine)
    return ("%s/metadata/%s"):format(url, machine.globalIdentifier)
  end }
  local signals = host.signals()
  announce(url)
  server.run(http, { url = url, signals = signals, until_eof = chosen["until-eof"] })
  hooks.stop()
  http:close()
  return 0
end

return function(...)
  local chosen, problem = options.parse { ... }
  if not chosen then return fail(problem .. " (--help lists the options)") end
  if chosen.help then return print(options.USAGE) or 0 end
  if chosen.version then return print("slsim " .. host.VERSION) or 0 end
  if chosen.guesses then
    load_all_guesses()
    return guess.print() or 0
  end
  if chosen.quirks then return quirks.print() or 0 end
  return serve(chosen)
end
