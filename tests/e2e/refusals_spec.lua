-- What an operator reads when something is wrong that only the API, or a script, knows.
local requests = require "support.requests"
local world = require "support.world"

describe("an error", function()
  local w
  before_each(function() w = world.start() end)
  after_each(function() w:close() end)

  local function message_of(request, kind, options)
    local err, run = w:failure(request, options)
    assert.equal("Bosh::Clouds::" .. kind, err.type, err.message)
    return err.message, run
  end

  it("of an unknown stemcell says what to do, and nothing is ordered", function()
    local message = message_of(requests.create_vm { stemcell = "999" }, "CloudError")
    assert.truthy(message:find("stemcell 999 not found", 1, true))
    assert.truthy(message:find("Upload the stemcell again", 1, true))
    assert.equal(0, #w.sim:journal "createObject")
    message_of(requests.of("create_stemcell", "image", { ["virtual-disk-image-id"] = 999 }), "CloudError")
  end)

  it("of an unknown datacenter is the API's, and the next try begins anew", function()
    local properties = { datacenter = "xyz99", cpu = 1, memory = 1024 }
    local message = message_of(requests.create_vm { properties = properties }, "VMCreationFailed")
    assert.truthy(message:find("datacenter", 1, true))
    assert.equal("[]", require "core.json".encode(w.sim:inventory().guests))
    properties.datacenter = "ams01"
    w:result(requests.create_vm { properties = properties })
  end)

  it("in a script names its file and line; the stack is in the log", function()
    local overlay = w:overlay { ["scripts/has_vm.lua"] = 'description = "d"\narguments = { "vm_cid: cid" }\neffect = "read"\n'
      .. "timeout = 5\nlocal function deep(vm) return vm.no.thing end\nfunction run(cid) return deep(cid) end\n" }
    local message, run = message_of(requests.of("has_vm", "5"), "CloudError", { arguments = { "--overlay", overlay } })
    assert.truthy(message:find("scripts/has_vm.lua:5:", 1, true), message)
    assert.truthy(run.stderr:find("stack traceback", 1, true))
  end)

  it("of a script that cannot be loaded names its file, too", function()
    for _, text in ipairs { "function run(", 'description = "d"\nfunction run() end\n', "", "x = 5", "undeclared()" } do
      local overlay = w:overlay { ["scripts/has_vm.lua"] = text }
      local message = message_of(requests.of("has_vm", "5"), "CloudError", { arguments = { "--overlay", overlay } })
      assert.truthy(message:find("scripts/has_vm.lua", 1, true), message)
    end
  end)

  it("of a result that is no JSON value is one, too", function()
    local overlay = w:overlay { ["scripts/has_vm.lua"] = 'description = "d"\narguments = {}\neffect = "read"\ntimeout = 5\n'
      .. "function run() return { 1, [3] = print } end\n" }
    message_of(requests.of "has_vm", "CloudError", { arguments = { "--overlay", overlay } })
  end)

  it("is the answer when a script that declares itself as reading tries to change something", function()
    local overlay = w:overlay { ["scripts/has_vm.lua"] = 'local sl = require "softlayer"\ndescription = "d"\narguments = {}\n'
      .. 'effect = "read"\ntimeout = 5\nfunction run() return must(sl.Virtual_Guest:id(5):deleteObject()) end\n' }
    local message = message_of(requests.of "has_vm", "CloudError", { arguments = { "--overlay", overlay } })
    assert.truthy(message:find("effect", 1, true))
    assert.equal(0, #w.sim:journal "deleteObject")
  end)
end)
