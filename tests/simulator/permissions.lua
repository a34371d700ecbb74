-- Which permission a method needs. Who lacks it is told what the API tells: an object that one may not touch
-- is not found; an item that one may not order "must be ordered with permission".

local errors = require "slsim.errors"
local guess  = require "slsim.guess"

guess("[G]", "which permission a method needs; a static method that orders nothing answers Access Denied with 500")
guess("[D]", "an order without permission: 'Item' must be ordered with permission.")

local permissions = {}

local POWER = "REMOTE_MANAGEMENT"

permissions.NEEDED = {
  ["Virtual_Guest.createObject"] = "SERVER_ADD", ["Virtual_Guest.createObjects"] = "SERVER_ADD",
  ["Product_Order.placeOrder"] = "SERVER_ADD", ["Billing_Order_Quote.placeOrder"] = "SERVER_ADD",
  ["Virtual_Guest.deleteObject"] = "SERVER_CANCEL", ["Virtual_DedicatedHost.deleteObject"] = "SERVER_CANCEL",
  ["Billing_Item.cancelItem"] = "SERVER_CANCEL", ["Billing_Item.cancelService"] = "SERVER_CANCEL",
  ["Billing_Item.cancelServiceOnAnniversaryDate"] = "SERVER_CANCEL",
  ["Virtual_Guest.editObject"] = "HOSTNAME_EDIT",
  ["Virtual_Guest.powerOn"] = POWER, ["Virtual_Guest.powerOff"] = POWER, ["Virtual_Guest.powerOffSoft"] = POWER,
  ["Virtual_Guest.powerCycle"] = POWER, ["Virtual_Guest.pause"] = POWER, ["Virtual_Guest.resume"] = POWER,
  ["Virtual_Guest.rebootDefault"] = POWER, ["Virtual_Guest.rebootSoft"] = POWER, ["Virtual_Guest.rebootHard"] = POWER,
  ["Virtual_Guest.reloadOperatingSystem"] = "SERVER_RELOAD",
  ["Virtual_Guest.setPublicNetworkInterfaceSpeed"] = "PORT_CONTROL",
  ["Virtual_Guest.setPrivateNetworkInterfaceSpeed"] = "PORT_CONTROL",
  ["Security_Ssh_Key.createObject"] = "CUSTOMER_SSH_KEY_MANAGEMENT",
  ["Security_Ssh_Key.editObject"] = "CUSTOMER_SSH_KEY_MANAGEMENT",
  ["Security_Ssh_Key.deleteObject"] = "CUSTOMER_SSH_KEY_MANAGEMENT",
  ["Ticket.createStandardTicket"] = "TICKET_ADD", ["Ticket.addUpdate"] = "TICKET_EDIT",
}

local function needed(service, method)
  while service do
    local name = permissions.NEEDED[("%s.%s"):format(service.name, method)]
    if name then return name end
    service = service.parent
  end
end

--- Raises an exception of the API if the caller may not call this.
function permissions.check(call)
  local name = call.user and needed(call.service, call.method_name)
  if not name or call.user.__permissions[name] then return end
  if call.init then errors.not_found(call.init) end
  if name == "SERVER_ADD" then errors.public("'Item' must be ordered with permission.") end
  errors.public("Access Denied. ")
end

return permissions
