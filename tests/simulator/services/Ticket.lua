-- Tickets.

local errors  = require "slsim.errors"
local events  = require "slsim.model.events"
local guess   = require "slsim.guess"
local tickets = require "slsim.model.tickets"
local world   = require "slsim.world"

guess("[G]", "a ticket for a resource that does not exist is refused")

local ATTACH = { VIRTUAL_GUEST = { "Virtual_Guest", "attachedVirtualGuests" }, HARDWARE = { "Hardware",
  "attachedHardware" } }

local function attach(ticket, call, id, kind)
  local entry = ATTACH[kind]
  if not entry or not id or id == 0 then return end
  local object = world.get(entry[1], id)
  if not object or not world.may_see(call.user, object) then errors.not_found(id) end
  table.insert(ticket[entry[2]], object)
end

return { methods = {
  createStandardTicket = { static = true, returns = "Ticket",
    args = "templateObject:object contents:string? attachmentId:int? "
      .. "rootPassword:string? controlPanelPassword:string? "
      .. "accessPort:string? attachedFiles:list? attachmentType:string?",
    run = function(_, call, fields, contents, id, _, _, _, _, kind)
      if not world.get("Ticket_Subject", fields.subjectId) then errors.invalid("subjectId",
        "The subject does not exist.") end
      local ticket = tickets.create(call.user, { title = fields.title, subjectId = math.tointeger(fields.subjectId),
        assignedUserId = math.tointeger(fields.assignedUserId), body = contents })
      attach(ticket, call, id, kind)
      events.log(call, "Create Ticket", "Ticket", { id = ticket.id, accountId = ticket.accountId, name = ticket.title })
      return ticket
    end },
  addUpdate = { args = "templateObject:object attachedFiles:list?", returns = "*Ticket_Update",
    run = function(ticket, call, fields)
      tickets.update(ticket, fields.entry, call.user)
      return ticket.updates
    end },
} }
