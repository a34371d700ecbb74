-- The records of DNS zones; the services of single record types have the same methods.

local dns    = require "slsim.model.dns"
local events = require "slsim.model.events"
local json   = require "core.json"

local RECORD = "Dns_Domain_ResourceRecord"

local function made(call, fields)
  local record = dns.add_record(call.user, fields)
  events.log(call, "Create Record", "DNS", record.domain)
  return record
end

return { methods = {
  createObject = { static = true, args = "templateObject:object", returns = RECORD,
    run = function(_, call, fields) return made(call, fields) end },
  createObjects = { static = true, args = "templateObjects:list", returns = "*" .. RECORD, run = function(_, call, list)
    local records = json.array {}
    for i, fields in ipairs(list) do records[i] = made(call, fields) end
    return records
  end },
  editObject = { args = "templateObject:object", run = function(record, call, fields)
    dns.edit_record(record, fields)
    events.log(call, "Edit Record", "DNS", record.domain)
    return true
  end },
  deleteObject = { run = function(record, call)
    dns.delete_record(record)
    events.log(call, "Delete Record", "DNS", record.domain)
    return true
  end },
} }
