-- Tickets and their subjects.

local clock = require "slsim.clock"
local guess = require "slsim.guess"
local world = require "slsim.world"

guess("[G]", "ticket subject ids other than the documented ones; a ticket stays open until it is closed by /control")

local tickets = {}

local SUBJECTS = [[
1001 Accounting Request|1002 Sales Request|1003 Reboots and Console Access|1004 DNS Request|1005 Hardware Issue
1021 OS Reload Question|1022 Licenses|1041 DNS Question|1061 Private Network Question|1081 Public Network Question
1121 General Compute Question|1122 Provisioning Question|1522 API Question|1801 Cancellation Request
]]

function tickets.seed()
  for id, name in SUBJECTS:gmatch("(%d+) ([^|\n]+)") do
    world.create("Ticket_Subject", { id = math.tointeger(id), name = name, categoryId = nil, parentId = nil })
  end
end

local function update(ticket, text, user)
  ticket.updates[#ticket.updates + 1] = world.create("Ticket_Update", {
    ticketId = ticket.id, ticket = ticket, entry = text, createDate = clock.time(), editorId = user.id,
      editorType = "USER" })
  ticket.modifyDate, ticket.lastEditDate = clock.time(), clock.time()
end
tickets.update = update

---@param fields { title: string, subject?: string, subjectId?: integer, body?: string, attached?: table }
function tickets.create(user, fields)
  local subject = world.find("Ticket_Subject", function(entry)
    return entry.id == fields.subjectId or entry.name == fields.subject
  end)
  local ticket = world.create("Ticket", {
    accountId = user.accountId, account = user.account, assignedUserId = fields.assignedUserId or user.id,
      assignedUser = user,
    createDate = clock.time(), modifyDate = clock.time(), lastEditDate = clock.time(), statusId = 1001,
      title = fields.title,
    status = world.value("Ticket_Status", { id = 1001, name = "Open" }), subjectId = subject and subject.id,
      subject = subject,
    groupId = 2, priority = 0, serviceProviderId = 1, totalUpdateCount = 1, updates = {}, attachedVirtualGuests = {},
    attachedHardware = {}, notifyUserOnUpdateFlag = true })
  if fields.body then update(ticket, fields.body, user) end
  return ticket
end

local STATUS = { Open = 1001, Closed = 1002, Assigned = 1003 }

function tickets.set_status(ticket, name)
  ticket.statusId = STATUS[name] or 1001
  ticket.status = world.value("Ticket_Status", { id = ticket.statusId, name = name })
end

world.derive("Ticket", {
  firstUpdate = function(ticket) return ticket.updates[1] end,
  lastUpdate = function(ticket) return ticket.updates[#ticket.updates] end,
})

return tickets
