-- The request id is in every line of the log where the director gives one, and nothing is in its place where it does not.
local json = require "core.json"
local scenario = require "support.scenario"

describe("the request id", function()
  scenario("is in each line of its call, and a call without one has lines without one", function(director, w)
    local vm = director:create_vm { stemcell = director:upload_stemcell() }
    local lines = {}
    for line in director.log:gmatch "[^\n]+" do
      local id = line:match "^%S+Z (cpi%-%d+) %l+: "
      assert(id, line)
      lines[id] = (lines[id] or 0) + 1
    end
    for call = 1, director.calls do assert.is_true(lines[("cpi-%06d"):format(call)] > 0) end

    local _, run = w:result { method = "has_vm", arguments = json.array { vm.cid }, context = { director_uuid = director.uuid },
      api_version = director.version > 1 and director.version or nil }
    assert.matches("^%S+Z %l+: has_vm done", run.stderr)
    assert.not_matches("cpi%-", run.stderr)
    director:delete_vm(vm)
  end)
end)
