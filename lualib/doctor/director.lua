--- The director's settings that matter to its CPI, from its rendered director.yml (which is JSON), or from a manifest
--- that was made JSON.

local errors = require "errors"
local json = require "core.json"
local row = require "doctor.row"
local sys = require "core.sys"

local director = {}

local TO_JSON = "a manifest as JSON: bosh int FILE | ruby -ryaml -rjson -e 'puts YAML.load($stdin.read).to_json'"

local function overlaid(properties, more)
  for name, value in pairs(type(more) == "table" and more or {}) do properties[name] = value end
  return properties
end

local function list(value) return type(value) == "table" and value or {} end

local function member(object, name) return type(object) == "table" and object[name] or nil end

-- The properties of the job named director, those of its instance group below them.
local function of_manifest(document)
  for _, group in ipairs(list(document.instance_groups)) do
    for _, job in ipairs(list(member(group, "jobs") or member(group, "templates"))) do
      if member(job, "name") == "director" then
        local properties = overlaid({}, member(member(group, "properties"), "director"))
        return overlaid(properties, member(member(job, "properties"), "director"))
      end
    end
  end
end

local function of_rendered(document)
  local provider = member(document.cloud, "provider")
  if not provider then return nil end
  return overlaid({ cpi_job = provider.name, enable_snapshots = member(document.snapshots, "enabled") }, document)
end

local function read(path)
  local text, message = sys.read(path)
  if not text then return nil, errors.cpi("%s", message) end
  local document
  document, message = json.decode(text)
  if type(document) ~= "table" then
    return nil, errors.cpi("%s is no JSON object: %s", path, message or "another value")
  end
  local properties = of_rendered(document) or of_manifest(document)
  if properties then return properties end
  return nil, errors.cpi("%s has neither cloud.provider, as a director.yml has, nor a job named director", path)
end

-- Each looks at the director's properties and slcpi's configuration.
local checks = {}

checks[1] = function(properties)
  local name = "enable_virtual_delete_vms"
  if properties[name] ~= true then return row.ok(name, "is off: VMs are deleted") end
  return row.fail(name, "is on: the director never calls delete_vm, and a VM that is made anew leaves one behind",
    "remove director.enable_virtual_delete_vms from the manifest")
end

checks[2] = function(properties)
  local name = properties.cpi_job
  if type(name) == "string" and name ~= "" then return row.ok("cpi_job", "is " .. name) end
  return row.fail("cpi_job", "is missing", "set director.cpi_job to the job that runs slcpi")
end

local function resizing(flag)
  return function(properties, softlayer)
    local native, on = softlayer.native_resize == true, properties[flag] == true
    if native and not on then
      return row.warn(flag, "is off, so softlayer.native_resize has no effect: disks are copied",
        ("set director.%s: true"):format(flag))
    end
    if on and not native then
      return row.ok(flag, "is on, but softlayer.native_resize is off: disks are copied")
    end
    return row.ok(flag, on and "is on: disks are changed in place" or "is off: disks are copied")
  end
end
checks[3] = resizing "enable_cpi_resize_disk"
checks[4] = resizing "enable_cpi_update_disk"

checks[5] = function(properties)
  if properties.enable_snapshots ~= true then return row.ok("enable_snapshots", "is off") end
  return row.ok("enable_snapshots", "is on; only disks with snapshot_space have snapshots")
end

-- What a worker under bpm may write to, besides what cpi_additional_volumes adds.
local WRITABLE = { "/var/vcap/store/director", "/var/vcap/data/director" }

local function is_below(path, dir) return (path .. "/"):sub(1, #dir + 1) == dir .. "/" end

checks[6] = function(properties, _, engine)
  if properties.use_bpm_for_workers ~= true then return nil end
  local dirs, state_dir = table.move(WRITABLE, 1, #WRITABLE, 1, {}), engine.state_dir or WRITABLE[1]
  for _, volume in ipairs(list(properties.cpi_additional_volumes)) do
    dirs[#dirs + 1] = member(volume, "writable") and member(volume, "path") or nil
  end
  for _, dir in ipairs(dirs) do
    if is_below(state_dir, dir) then return row.ok("use_bpm_for_workers", state_dir .. " can be written there") end
  end
  return row.fail("use_bpm_for_workers", ("is on, and %s is not writable there"):format(state_dir),
    "put engine.state_dir below /var/vcap/store/director, or add it to director.cpi_additional_volumes")
end

--- A line for each setting.
---@param path string
---@param config { softlayer: table, engine: table } slcpi's
---@return Row[]
function director.rows(path, config)
  local properties, err = read(path)
  if not properties then return { row.fail("director", err.message, TO_JSON) } end
  local rows = {}
  for _, check in ipairs(checks) do rows[#rows + 1] = check(properties, config.softlayer, config.engine) end
  return rows
end

return director
