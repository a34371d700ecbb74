--- Orders are sent once: on record before they leave, and after an answer that says nothing they are looked
--- for before anything is sent again. Guests, volumes and snapshots differ only in what is sent and where
--- one looks.

local errors = require "errors"
local moment = require "moment"
local refusal = require "softlayer.refusal"

local SENDS = 2 -- with a look in between

-- Nothing was ordered: the call did not leave, or the API said no to it.
local function is_refused(err)
  return err.sent == false or err.kind == "api" and not refusal.says_nothing(err)
end

-- The API said no: nothing was ordered, and the next try may begin anew.
local function refuse(record, err, failure)
  assert(record:save { stage = "INTENT" })
  err.type = failure("").type
  error(err, 0)
end

---@class Sending
---@field what string for messages: "the order of bosh-x"
---@field field "id"|"order" which field of the record holds what comes back
---@field mark table? further fields of the record, by which `look` finds the order
---@field send fun(): any, Error? sends it; the API's answer
---@field id_of fun(answer: table): integer? what to keep of the answer
---@field look fun(record: Record): integer? finds what an order without answer made, and puts it on record; nil only
---for certain
---@field failure function? of errors, for the type of what is raised; errors.cloud if absent

--- Sends an order and puts what came back on record. Raises the API's refusal.
---@param record Record
---@param sending Sending
---@return integer id
return function(record, sending)
  local failure, err = sending.failure or errors.cloud, nil
  for _ = 1, SENDS do
    local fields = { stage = "SENT", sent = moment.now() }
    for name, value in pairs(sending.mark or {}) do fields[name] = value end
    assert(record:save(fields))
    local answer
    answer, err = sending.send()
    local id = type(answer) == "table" and sending.id_of(answer)
    if math.type(id) == "integer" then return record:known(sending.field, id) end
    err = err or errors.new { kind = "transport", message = "the answer names nothing that was ordered", sent = true }
    if is_refused(err) then refuse(record, err, failure) end
    id = sending.look(record)
    if id then return id end
  end
  error(failure("%s was sent %d times without an answer, and nothing came of it: %s", sending.what, SENDS,
    err.message), 0)
end
