--- SoftLayer's command line client run against slsim, line by line of a scenario.
--
-- A number advances the clock by so many seconds. A function is called with the simulator and what is known. A
-- command is followed by texts that its output must contain; "!" in front of it: it must fail, without a
-- traceback. NAME keeps what the pattern captures as $NAME; `without` must not be there.

local assert    = require "luassert"
local folder    = require "support.folder"
local simulator = require "support.simulator"

local PYTHON = "/usr/bin/python3"
local MAIN = "from SoftLayer.CLI.core import main; main()"

local slcli = { available = os.execute(PYTHON .. " -c 'import SoftLayer.CLI.core' >/dev/null 2>&1") }

local function run(words, at, config)
  local command = ("cd %s && exec timeout 60 %s -c %s -y -C %s --format=table %s 2>&1 </dev/null"):format(
    folder.quoted(at.path), PYTHON, folder.quoted(MAIN), folder.quoted(config), words)
  local pipe = assert(io.popen(command))
  local text = pipe:read "a"
  return pipe:close() == true, text
end

local function step(entry, known, at, config)
  local words, fails = entry[1]:gsub("^!", "")
  words = words:gsub("%$(%a+)", known)
  local ok, text = run(words, at, config)
  local shown = ("slcli %s\n%s"):format(words, text)
  assert.equal(fails == 0, ok, shown)
  assert.is_nil(text:find("report this error", 1, true), shown)
  for i = 2, #entry do
    local wanted = entry[i]:gsub("%$(%a+)", known)
    assert.truthy(text:find(wanted, 1, true), ("no '%s' in: %s"):format(wanted, shown))
  end
  if entry.without then assert.is_nil(text:find(entry.without, 1, true), shown) end
  for name, pattern in pairs(entry) do
    if math.type(name) == nil and name ~= "without" then
      known[name] = assert(text:gsub("[|│┃:]", " "):match(pattern), ("no %s in: %s"):format(name, shown))
    end
  end
end

--- Plays a scenario against a simulator of its own. Every call must be one that slsim has.
---@return integer commands how many were run
function slcli.play(scenario)
  local at = folder.open()
  local sim = simulator.start(at, { "--speed=0" })
  local config = at:write("slcli.conf",
    ("[softlayer]\nusername = sim\napi_key = sim-api-key\nendpoint_url = %s/\ntimeout = 20\n"):format(sim.url))
  local known, ran = {}, 0
  for _, entry in ipairs(scenario) do
    if math.type(entry) then
      sim:ask("POST", "advance", { seconds = entry })
    elseif type(entry) == "function" then
      entry(sim, known)
    else
      step(entry, known, at, config)
      ran = ran + 1
    end
  end
  for _, call in ipairs(sim:journal()) do
    assert.is_nil(call.surface_miss, ("%s.%s"):format(tostring(call.service), tostring(call.method)))
  end
  assert.equal("", sim:stop())
  at:close()
  return ran
end

return slcli
