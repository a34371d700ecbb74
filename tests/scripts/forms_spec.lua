-- Each script's declared form and its steps. Steps are operators' API: hooks name them.
local engine = require "scripts.engine"

local forms = {
  calculate_vm_cloud_properties = { "vm_resources:object", "read", 60, "" },
  create_stemcell = { "image_path:string cloud_properties:object? env:object?", "write", 300,
    "image_id check_infrastructure find" },
  create_vm = {
    "agent_id:string stemcell_cid:cid cloud_properties:object networks:object disk_cids:array? env:object?", "write",
    7200, "plan look_up look_up_keys prepare name resume provision await claim configure tag abandon", v1 = true,
  },
  current_vm_id = { "", "read", 60, "" },
  delete_stemcell = { "stemcell_cid:cid", "read", 60, "" },
  delete_vm = { "vm_cid:cid", "write", 1800, "settle release cancel confirm" },
  has_vm = { "vm_cid:cid", "read", 300, "" },
  info = { "", "read", 10, "" },
  ping = { "", "read", 10, "" },
  reboot_vm = { "vm_cid:cid", "write", 1800, "settle reboot await" },
  set_vm_metadata = { "vm_cid:cid metadata:object", "write", 300, "find write" },
}

local function described(list)
  local words = {}
  for i, argument in ipairs(list) do
    words[i] = argument.name .. ":" .. argument.type .. (argument.optional and "?" or "")
  end
  return table.concat(words, " ")
end

describe("the script", function()
  for name, form in pairs(forms) do
    it(name .. " keeps its form and its steps", function()
      local script = engine.compile(name)
      assert.equal(form[1], described(script.arguments))
      assert.equal(form[2], script.effect)
      assert.equal(form[3], script.timeout)
      assert.equal(form[4], table.concat(script.steps, " "))
      assert.equal(form.v1 or false, script.v1 ~= nil)
      assert.truthy(#script.description > 20)
    end)
  end
end)
