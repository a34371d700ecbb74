-- Where records are kept, on a person's machine and in a director's container.
local log = require "core.log"
local state_directory = require "state_directory"
local sys = require "core.sys"

local ACCOUNT = "/u@api.example.org"

describe("the state directory", function()
  local real
  before_each(function()
    real = { sys = {}, warn = log.warn }
    for _, name in ipairs { "mkdir", "lock", "list", "getenv", "remove" } do real.sys[name] = sys[name] end
  end)
  after_each(function()
    for name, f in pairs(real.sys) do sys[name] = f end
    log.warn = real.warn
  end)

  -- A machine with these directories: "made" (can be made), "foreign" (there, another user's), "full" (its disk).
  local function ask(home, places, state_dir)
    local function kind(path)
      for place, what in pairs(places) do
        if path:find(place, 1, true) == 1 then return what end
      end
    end
    sys.getenv = function(name) return name == "HOME" and home or nil end
    sys.list = function(path) return kind(path) and {} or nil end
    sys.mkdir = function(path)
      if kind(path) == "full" then return nil, path .. ": no space left", "ENOSPC" end
      return kind(path) and true, path .. " cannot be made"
    end
    sys.lock = function(path)
      if kind(path) == "foreign" then return nil, path .. ": permission denied", "EACCES" end
      return { close = function() end }
    end
    sys.remove = function() return true end
    local warned = false
    log.warn = function() warned = true end
    local config = { softlayer = { username = "u", endpoint = "https://api.example.org/rest/v3.1" },
      engine = { state_dir = state_dir } }
    state_directory.configure(config, "director")
    local dir, message = state_directory.current()
    return dir, message, warned
  end

  local HOME, DIRECTOR = "/home/p", "/var/vcap/store/director"

  for what, case in pairs {
    ["is engine.state_dir"] = { HOME, { ["/s"] = "made", [HOME] = "made" }, "/s", "/s" },
    ["is engine.state_dir alone: no other one in its place"] = { HOME, { [HOME] = "made", [DIRECTOR] = "made" }, "/s", nil },
    ["is below HOME"] = { HOME, { [HOME] = "made" }, nil, HOME .. "/.slcpi/state" },
    ["is the director's without HOME"] = { nil, { [DIRECTOR] = "made" }, nil, DIRECTOR .. "/slcpi" },
    ["is the director's when HOME cannot be written"] = { HOME, { [DIRECTOR] = "made" }, nil, DIRECTOR .. "/slcpi" },
    ["is the director's when HOME's is another user's"] = { HOME, { [HOME] = "foreign", [DIRECTOR] = "made" }, nil,
      DIRECTOR .. "/slcpi" },
    ["is engine.state_dir, though its disk is full now"] = { HOME, { ["/s"] = "full", [HOME] = "made" }, "/s", "/s" },
    ["is below HOME, though its disk is full now"] = { HOME, { [HOME] = "full", [DIRECTOR] = "made" }, nil,
      HOME .. "/.slcpi/state" },
    ["is none"] = { nil, {}, nil, nil },
    ["is none when nothing can be written"] = { HOME, { [HOME] = "foreign" }, nil, nil },
  } do
    it(what, function()
      local dir, message = ask(case[1], case[2], case[3])
      assert.equal(case[4] and case[4] .. ACCOUNT, dir)
      assert.equal(case[4] == nil, message ~= nil)
    end)
  end

  it("says that there is a second one", function()
    local dir, _, warned = ask(HOME, { [HOME] = "made", [DIRECTOR] = "made" })
    assert.equal(HOME .. "/.slcpi/state" .. ACCOUNT, dir)
    assert.is_true(warned)
  end)
end)
