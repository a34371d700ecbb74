local json = require "core.json"
local log = require "core.log"
local properties = require "bosh.properties"

describe("properties", function()
  local declared, warnings, warn

  before_each(function()
    warnings, warn = {}, log.warn
    log.warn = function(format, ...) warnings[#warnings + 1] = format:format(...) end
    declared = properties.declare({
      datacenter = { "string", "ams01", convert = properties.named },
      local_disk_flag = { "boolean", false, legacy = { "LocalDisk" } },
      cpu = { "integer", legacy = { "startCpus", "cores" } },
      tier = { "number" },
      ssh_keys = { "ids or keys", convert = function(keys)
        return type(keys) == "table" and keys or { keys }
      end },
    }, "root_size OldName")
  end)
  after_each(function() log.warn = warn end)

  local function read(given) return declared:read(given) end

  it("are read by any spelling of their names, present and legacy", function()
    for _, name in ipairs { "local_disk_flag", "localDiskFlag", "LOCAL-DISK-FLAG", "local.disk.flag", "localdisk", "LocalDisk" } do
      assert.same({ local_disk_flag = true }, read { [name] = true })
    end
    assert.same({ cpu = 4 }, read { StartCPUs = 4 })
    assert.same({ cpu = 4 }, read { cores = 4 })
    assert.same({}, warnings)
  end)

  it("prefer the present name to a legacy one beside it", function()
    for _ = 1, 20 do -- pairs has no order of its own
      assert.same({ cpu = 8 }, read { cpu = 8, startCpus = 1, cores = 2 })
    end
  end)

  it("do not take false for absent", function()
    local values = read { local_disk_flag = false }
    assert.is_false(values.local_disk_flag)
    declared.declared.local_disk_flag[2] = true
    declared:complete(values)
    assert.is_false(values.local_disk_flag)
  end)

  it("take null for absent, and an object without a name too", function()
    assert.same({}, read { cpu = json.null, datacenter = json.null })
    assert.same({}, read { datacenter = {} })
    assert.same({ datacenter = "lon02" }, read { datacenter = { NAME = "lon02" } })
  end)

  it("are completed by the configuration, then by defaults", function()
    local values = { cpu = 2 }
    declared:complete(values, { datacenter = "lon02", cpu = 9 })
    assert.same({ datacenter = "lon02", local_disk_flag = false, cpu = 2 }, values)
    values = {}
    declared:complete(values)
    assert.same({ datacenter = "ams01", local_disk_flag = false }, values)
  end)

  -- type, values that are refused
  for _, case in ipairs {
    { "datacenter", "string", { 5, true, "" } }, { "local_disk_flag", "boolean", { 0, "true", {} } },
    { "cpu", "integer", { 1.5, 2.0, -1, "4", true } }, { "tier", "number", { -0.25, "4", false } },
    { "ssh_keys", "ids or keys", { true, { {} }, { 1, 2.5 } } },
  } do
    it(("refuse a value that is no %s"):format(case[2]), function()
      for _, value in ipairs(case[3]) do
        local values, err = read { [case[1]] = value }
        assert.is_nil(values)
        assert.equal(("The property '%s' must be of type %s"):format(case[1], case[2]), err.message)
      end
    end)
  end

  it("warn of what is not known, with the nearest name if it is near", function()
    assert.same({}, read { datacentre = "x" })
    assert.matches("'datacentre' is not known.*did you mean 'datacenter'%?", warnings[1])
    read { something_else_altogether = 1 }
    assert.matches("'something_else_altogether' is not known and has no effect$", warnings[2])
  end)

  it("say nothing of what is known to have no effect", function()
    assert.same({}, read { rootSize = 5, old_name = {} })
    assert.same({}, warnings)
  end)
end)
