-- agent.json, by which an agent finds its settings and its disks: that of the stemcells, and that of the page about it.
local agent_source = require "support.agent_source"
local folder = require "support.folder"
local json = require "core.json"
local requests = require "support.requests"
local world = require "support.world"

local PRIVATE = "https://api.service.softlayer.com"

local documents = { ["docs/stemcell-agent.md"] = assert(folder.read "docs/stemcell-agent.md":match "```json\n(.-)```") }
local ours = io.open "stemcells/agent.json"
if ours then
  documents["stemcells/agent.json"] = ours:read "a"
  ours:close()
end

local w, vm, vms, hint

-- What a GET from inside the guest gives: of all hosts only the private endpoint is there, and it is slsim.
local function fetch(url, machine)
  local path = url:sub(1, #PRIVATE) == PRIVATE and url:sub(#PRIVATE + 1)
  if not path or not path:find "^/" then error("no route to " .. url) end
  local answer = w.sim.client:send({ { url = ("%s/%s%s"):format(w.sim.metadata, machine or vm, path) } })[1]
  return answer.status, answer.body
end

local function settings_of(text) return agent_source.settings(agent_source.read(text), fetch) end
local function disk_of(text) return agent_source.resolve(agent_source.read(text), hint) end

setup(function()
  w = world.start()
  vm, vms = w:result(requests.create_vm { agent_id = "the-agent" })[1], {}
  -- Only some lengths would be padded, and only some characters are spelt otherwise in another alphabet.
  for _, id in ipairs { "a~?>", "ab~?>", "abc~?>" } do vms[id] = w:result(requests.create_vm { agent_id = id })[1] end
  local disk = w:result(requests.of("create_disk", 20480, {}, vm))
  hint = w:result(requests.of("attach_disk", vm, disk))
end)
teardown(function() w:close() end)

for name, text in pairs(documents) do
  describe(name, function()
    it("leads an agent to its settings, also after a reboot", function()
      assert.equal("the-agent", settings_of(text).agent_id)
      assert.equal(vm, settings_of(text).vm.name)
      w:result(requests.of("reboot_vm", vm))
      assert.equal("the-agent", settings_of(text).agent_id)
    end)

    it("leads agents to settings of any length, whatever is in them", function()
      for id, machine in pairs(vms) do
        local settings = agent_source.settings(agent_source.read(text), function(url) return fetch(url, machine) end)
        assert.equal(id, settings.agent_id)
      end
    end)

    it("leads it to its disk, and has it make a partition where there is no second disk", function()
      assert.equal("iscsi:" .. hint.iscsi_settings.target, disk_of(text))
      assert.is_nil(settings_of(text).disks.ephemeral)
      assert.is_true(agent_source.read(text).creates_partition)
    end)
  end)
end

it("the page and the stemcells have the same", function()
  local ours_text = documents["stemcells/agent.json"]
  if not ours_text then return pending "there is no stemcells/agent.json" end
  assert.same(json.decode(documents["docs/stemcell-agent.md"]), json.decode(ours_text))
end)

describe("an agent finds", function()
  local page = documents["docs/stemcell-agent.md"]

  -- The page's document with one text in place of another.
  local function changed(from, to)
    local start, stop = page:find(from, 1, true)
    return page:sub(1, (assert(start, from)) - 1) .. to .. page:sub(stop + 1)
  end

  for _, case in ipairs {
    { '"Type": "HTTP"', '"Type": "InstanceMetadata", "SettingsPath": '
      .. '"/rest/v3.1/SoftLayer_Resource_Metadata/getUserMetadata.json"', "must be an object" },
    { '"Type": "HTTP"', '"Type": "ConfigDrive"', "no such thing" },
    { '"Type": "HTTP"', '"Type": "Http"', "Unknown source type" },
    { '"Type": "HTTP"', '"type": "HTTP"', "Missing source type" },
    { "https://api.service.softlayer.com", "https://api.softlayer.com", "no route" },
    { "https://api.service.softlayer.com", "http://169.254.169.254", "no route" },
    { "getUserMetadata.json", "getUserMetaData.json", "invalid status" },
    { "/rest/v3.1/SoftLayer_Resource_Metadata/getUserMetadata.json", "/latest/user-data", "invalid status" },
    { '"UserDataPath"', '"SettingsPath"', "no route" },
    { "getUserMetadata.json", "getId.json", "no base64url" },
    { '"Sources"', '"Source"', "at least one source" },
  } do
    it(("no settings with %s for %s"):format(case[2]:sub(1, 60), case[1]:sub(1, 40)), function()
      local ok, complaint = pcall(settings_of, changed(case[1], case[2]))
      assert.is_false(ok)
      assert.truthy(tostring(complaint):find(case[3], 1, true), complaint)
    end)
  end

  for _, case in ipairs { { '"iscsi"', '"virtio"', "Disk ID not found" }, { '"iscsi"', '"scsi"', "Disk ID not found" },
    { '"iscsi"', '"iSCSI"', "path is missing" }, { '"DevicePathResolutionType"', '"DeviceResolutionType"', "path is missing" } } do
    it(("no disk with %s for %s"):format(case[2], case[1]), function()
      local ok, complaint = pcall(disk_of, changed(case[1], case[2]))
      assert.is_false(ok)
      assert.truthy(tostring(complaint):find(case[3], 1, true), complaint)
    end)
  end

  it("its settings behind sources that have none, and by names in any case", function()
    assert.equal("the-agent", settings_of(changed('"Sources": [', '"Sources": [{"Type": "ConfigDrive"}, {"Type": "HTTP", '
      .. '"URI": "http://169.254.169.254", "UserDataPath": "/latest/user-data"},')).agent_id)
    assert.equal("the-agent", settings_of(changed('"URI"', '"uri"')).agent_id)
  end)

  it("nothing of a guest that is gone", function()
    w:result(requests.of("delete_vm", vm))
    w.sim:ask("POST", "advance", { seconds = 1000 })
    assert.is_false(pcall(settings_of, page))
  end)
end)
