--- slcpi adopt KEY CID: a record is told what it has ordered.

local console = require "console"

local adopt = { description = "Tells a record that something that exists is what it has ordered, so that the same "
  .. "request made again returns it. Keys are shown by `slcpi orphans`." }

function adopt.describe(parser)
  parser:argument("key", "The record's, such as create_vm-abcdefghijklm.")
  parser:argument("cid", "Of the VM, disk or snapshot.")
  parser:flag("--force", "Also if nothing tells that it belongs to the record.")
end

---@param core table
---@param options table
---@return integer exit_status
function adopt.run(core, options)
  local ask = console.open(core, options)
  core.print(ask("records/adopt", { options.key, options.cid, options.force or false }) .. "\n")
  return 0
end

return adopt
