-- Each script's declared form and its steps. Steps are operators' API: hooks name them.
local double = require "support.double"

local forms = {
  attach_disk = { "vm_cid:cid disk_cid:cid", "write", 1800, "find authorise host_of", v1 = true },
  calculate_vm_cloud_properties = { "vm_resources:object", "read", 60, "" },
  configure_networks = { "vm_cid:cid networks:object", "read", 10, "" },
  create_disk = { "size:integer cloud_properties:object vm_cid:cid?", "write", 7200,
    "plan locate verify provision resume await abandon" },
  create_stemcell = { "image_path:string cloud_properties:object? env:object?", "write", 43200,
    "image_id check_infrastructure find plan resume upload provision await tag abandon import" },
  create_vm = {
    "agent_id:string stemcell_cid:cid cloud_properties:object networks:object disk_cids:array? env:object?", "write",
    7200, "plan look_up discard_earlier_tries prepare name resume provision await claim configure tag abandon", v1 = true,
  },
  current_vm_id = { "", "read", 60, "" },
  delete_disk = { "disk_cid:cid", "write", 1800, "settle cancel confirm" },
  delete_snapshot = { "snapshot_cid:cid", "write", 1800, "remove" },
  delete_stemcell = { "stemcell_cid:cid", "write", 7200, "is_ours" },
  delete_vm = { "vm_cid:cid", "write", 1800, "settle release cancel confirm" },
  detach_disk = { "vm_cid:cid disk_cid:cid", "write", 1800, "find revoke" },
  get_disks = { "vm_cid:cid", "read", 300, "" },
  has_disk = { "disk_cid:cid", "read", 300, "" },
  has_vm = { "vm_cid:cid", "read", 300, "" },
  info = { "", "read", 10, "" },
  ping = { "", "read", 10, "" },
  reboot_vm = { "vm_cid:cid", "write", 1800, "settle reboot await" },
  resize_disk = { "disk_cid:cid new_size:integer", "write", 14400, "permit change" },
  set_disk_metadata = { "disk_cid:cid metadata:object", "write", 300, "find write" },
  set_vm_metadata = { "vm_cid:cid metadata:object", "write", 300, "find write" },
  snapshot_disk = { "disk_cid:cid metadata:object?", "write", 1800, "find resume provision" },
  update_disk = { "disk_cid:cid new_size:integer cloud_properties:object", "write", 14400, "permit plan check change" },
}

local function described(list)
  local words = {}
  for i, argument in ipairs(list) do
    words[i] = argument.name .. ":" .. argument.type .. (argument.optional and "?" or "")
  end
  return table.concat(words, " ")
end

describe("the script", function()
  it("that nobody named here does not exist", function()
    for _, name in ipairs(assert(require "core.sys".list "scripts")) do
      local method = name:match "^(.*)%.lua$"
      assert.is_true(not method or forms[method] ~= nil, name)
    end
  end)

  for name, form in pairs(forms) do
    it(name .. " keeps its form and its steps", function()
      local script = double.compile(name)
      assert.equal(form[1], described(script.arguments))
      assert.equal(form[2], script.effect)
      assert.equal(form[3], script.timeout)
      assert.equal(form[4], table.concat(script.steps, " "))
      assert.equal(form.v1 or false, script.v1 ~= nil)
      assert.truthy(#script.description > 20)
    end)
  end
end)
