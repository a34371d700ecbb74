--- SoftLayer's own command line client against slsim: scenarios of commands and what their output must say.

local folder = require "support.folder"
local simulator = require "support.simulator"

local slcli = {}
slcli.__index = slcli

local PYTHON = "/usr/bin/python3"

slcli.available = os.execute(PYTHON .. " -c 'import SoftLayer.CLI.core' >/dev/null 2>&1")

function slcli.open()
  local self = setmetatable({ at = folder.open(), ran = 0, known = {} }, slcli)
  self.sim = simulator.start(self.at, { "--speed=0" })
  self.config = self.at:write("slcli.conf",
    ("[softlayer]\nusername = sim\napi_key = sim-api-key\nendpoint_url = %s/\ntimeout = 20\n"):format(self.sim.url))
  local answers = self.at:fresh "answers"
  assert(os.execute("mkfifo " .. answers))
  self.commands = assert(io.popen(("exec %s tests/support/slcli.py >%s 2>&1"):format(PYTHON, answers), "w"))
  self.answers = assert(io.open(answers))
  return self
end

--- One command.
---@return boolean ok, string output
function slcli:run(words)
  self.commands:write(("-y -C %s --format=table %s\n"):format(folder.quoted(self.config), words))
  self.commands:flush()
  local lines = {}
  for line in self.answers:lines() do
    local status = line:match("^%z(%d+)$")
    if status then return status == "0", table.concat(lines, "\n") end
    lines[#lines + 1] = line
  end
  error("slcli ended: " .. table.concat(lines, "\n"))
end

function slcli:step(entry)
  local words, fails = entry[1]:gsub("^!", "")
  words = words:gsub("%$(%a+)", self.known)
  local ok, text = self:run(words)
  local shown = ("slcli %s\n%s"):format(words, text)
  assert(ok == (fails == 0), shown)
  assert(not text:find("report this error", 1, true), shown)
  for i = 2, #entry do
    local wanted = entry[i]:gsub("%$(%a+)", self.known)
    assert(text:find(wanted, 1, true), ("no '%s' in: %s"):format(wanted, shown))
  end
  if entry.without then assert(not text:find(entry.without, 1, true), shown) end
  for name, pattern in pairs(entry) do
    if math.type(name) == nil and name ~= "without" then
      self.known[name] = assert(text:gsub("[|│┃:]", " "):match(pattern), ("no %s in: %s"):format(name, shown))
    end
  end
  self.ran = self.ran + 1
end

--- A number advances the clock by so many seconds; a function is called. A command
--- is followed by texts that its output must contain; "!" in front of it: it must fail, without a traceback. NAME
--- keeps what the pattern captures as $NAME.
function slcli:play(scenario)
  for _, entry in ipairs(scenario) do
    if math.type(entry) then self.sim:ask("POST", "advance", { seconds = entry })
    elseif type(entry) == "function" then entry(self)
    else self:step(entry) end
  end
end

--- Ends both. A method that the simulator does not have is a gap in it.
function slcli:close()
  self.commands:close()
  self.answers:close()
  for _, call in ipairs(self.sim:journal()) do
    assert(not call.surface_miss, ("slsim has no %s.%s"):format(tostring(call.service), tostring(call.method)))
  end
  local complaints = self.sim:stop()
  self.at:close()
  assert(complaints == "", complaints)
end

--- Declares the test of a scenario.
function slcli.scenario(what, scenario)
  local busted = require "busted"
  busted.it(what, function()
    if not slcli.available then return busted.pending("python3-softlayer is not installed") end
    local client = slcli.open()
    client:play(scenario)
    client:close()
  end)
end

return slcli
