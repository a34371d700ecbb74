-- An image's way from and to object storage.

local errors       = require "slsim.errors"
local events       = require "slsim.model.events"
local image_import = require "slsim.model.image_import"

local GROUP = "Virtual_Guest_Block_Device_Template_Group"

local function create(make)
  return { static = true, args = "configuration:object", returns = GROUP, run = function(_, call, fields)
    local group = make(fields, call)
    events.log(call, "Import Image", "Image Template", group)
    return group
  end }
end

local function export(act)
  return { args = "configuration:object", run = function(group, call, fields)
    if group.accountId ~= call.user.accountId then errors.public("The image belongs to another account.") end
    act(group, fields)
    events.log(call, "Export Image", "Image Template", group)
    return true
  end }
end

return {
  createFromExternalSource = create(image_import.from_swift),
  createFromIcos = create(image_import.from_cos),
  copyToExternalSource = export(image_import.to_swift),
  copyToIcos = export(image_import.to_cos),
}
