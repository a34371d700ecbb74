--- Manifests as the bosh CLI makes them: interpolated, and their jobs rendered, by Ruby.

local build = require "support.build"
local folder = require "support.folder"
local json = require "core.json"
local process = require "support.process"

local manifests = { EXAMPLES = "examples/manifests/", JOB = "release/jobs/softlayer_cpi" }

local function ruby(at, words)
  local run = process.start(at, { argv = { "ruby", "-w", "tests/support/" .. words[1], table.unpack(words, 2) } }):finish()
  if run.status ~= 0 then return nil, run.stderr end
  return run.stdout, run.stderr
end

local function document(at, words)
  local text, err = ruby(at, words)
  if not text then return nil, err end
  return assert(json.decode(text))
end

--- A YAML file as it is.
---@param at table a support.folder
---@param path string
---@return table? document
---@return string? err
function manifests.read(at, path) return document(at, { "manifest.rb", path }) end

--- A manifest with ops files and variables.
---@param at table a support.folder
---@param base string its path
---@param ops string[] the ops files' paths
---@param variables table<string, any>
---@return table? document
---@return string? err what the CLI would refuse
function manifests.interpolate(at, base, ops, variables)
  local words = { "manifest.rb", base, "-l", at:write("variables.json", json.encode(variables)) }
  for _, path in ipairs(ops) do table.move({ "-o", path }, 1, 2, #words + 1, words) end
  return document(at, words)
end

--- The cloud config of BOSH's acceptance tests.
---@param at table a support.folder
---@param bat table a bat.yml
---@param changes table? properties that a test sets
function manifests.of_bats(at, bat, changes)
  return document(at, { "bat.rb", "examples/bats/templates/cloud_config_softlayer.yml.erb",
    at:write("bat.json", json.encode(bat)), changes and at:write("changes.json", json.encode(changes)) })
end

--- Renders the CPI's job with a manifest's properties.
---@param at table a support.folder
---@param properties table
---@return string config the path of cpi.json
function manifests.render(at, properties)
  local place = at:fresh "job"
  assert(ruby(at, { "erb.rb", manifests.JOB, at:write("properties.json", json.encode(properties)), place }))
  assert(os.execute("chmod -R go-w " .. folder.quoted(place)))
  return place .. "/config/cpi.json"
end

--- The names of the properties that the job's spec declares.
---@param at table a support.folder
---@return table<string, boolean>
function manifests.declared(at)
  local names = {}
  for name in pairs(assert(manifests.read(at, manifests.JOB .. "/spec")).properties) do names[name] = true end
  return names
end

--- Properties of a manifest that the job's spec does not declare.
---@param declared table<string, boolean>
---@param properties table
---@param prefix string?
---@return string[] names
function manifests.undeclared(declared, properties, prefix)
  local found = {}
  for name, value in pairs(properties) do
    name = (prefix or "") .. name
    if not declared[name] then
      local inner = type(value) == "table" and not json.is_array(value) and manifests.undeclared(declared, value, name .. ".")
      table.move(inner or { name }, 1, inner and #inner or 1, #found + 1, found)
    end
  end
  table.sort(found)
  return found
end

--- `slcpi plan` of a request: what it would do, without an error.
---@param at table a support.folder
---@param config string cpi.json
---@param request table
---@return table? order what would be ordered
---@return string|string[] err or what verifyOrder says that it consists of
function manifests.plan(at, config, request)
  local run = process.start(at, { argv = { build.slcpi, "plan", "--format", "json", "--config", config },
    stdin = json.encode(request) }):finish()
  local told = json.decode(run.stdout) or { error = run.stderr }
  if told.error then return nil, told.error end
  for _, entry in ipairs(told.entries) do
    if entry.quote then return entry.arguments[1], entry.quote.items end
  end
  return nil, "nothing would be ordered: " .. run.stdout
end

return manifests
