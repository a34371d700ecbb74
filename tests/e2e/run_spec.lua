-- `slcpi run`: which workflows there are, and what each says of itself; without a configuration, too.
local world = require "support.world"

describe("slcpi run", function()
  local w
  setup(function() w = world.start { offline = true } end)
  teardown(function() w:close() end)

  local function run(...)
    local answer = w:command { "run", ... }
    return answer.stdout, answer.status, answer.stderr
  end

  it("without a name lists the workflows, each with its first sentence", function()
    local text, status = run()
    assert.equal(0, status)
    assert.truthy(text:find("\n  file_volume +File storage %(NFS%) for people: [^\n]+ cancels them%.\n"), text)
    assert.truthy(text:find("\n  live_check +Compares [^\n]+ catalogue%.\n"), text)
  end)

  for _, flag in ipairs { "--help", "-h" } do
    it("NAME " .. flag .. " tells the workflow's description and arguments", function()
      local text, status = run("live_check", flag)
      assert.equal(0, status)
      assert.truthy(text:find("Usage: slcpi run live_check [record]\n\nCompares a real", 1, true), text)
      assert.truthy(text:find("\n  [record]           string\n", 1, true), text)
    end)
  end

  it("--help is about the command", function()
    local text, status = run "--help"
    assert.equal(0, status)
    assert.truthy(text:find("Usage: slcpi run [-h]", 1, true), text)
  end)

  for what, name in pairs { ["unknown one"] = "nope", ["CPI method"] = "has_vm" } do
    it("of an " .. what .. " names the ones there are", function()
      for _, words in ipairs { { name }, { name, "--help" } } do
        local text, status, complaint = run(table.unpack(words))
        assert.equal(1, status)
        assert.equal("", text)
        assert.equal(("slcpi: CpiError: there is no workflow '%s'; there are: build_stemcell, file_volume, "
          .. "import_stemcell, light_stemcell, live_check\n"):format(name), complaint)
      end
    end)
  end

  it("knows the workflows of overlays, of the command line and of the configuration", function()
    local overlay = w:overlay {
      ["scripts/workflows/mine.lua"] = [[
        description = "Says so. And more." arguments = {} effect = "read" timeout = 5
        function run() return "it is mine" end]],
      ["scripts/workflows/broken.lua"] = "error 'out of order'",
    }
    assert.truthy(run("--overlay", overlay):find("\n  mine +Says so%.\n"))
    assert.truthy(run("--overlay", overlay):find("\n  broken +[^\n]*broken.lua:1: out of order\n"))
    assert.truthy(run("--overlay", overlay, "mine", "--help"):find("It has no arguments.", 1, true))
    w:configure { engine = { overlay = overlay } }
    assert.equal("it is mine\n", (run "mine"))
  end)
end)
