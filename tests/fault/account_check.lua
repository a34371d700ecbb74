--- What must hold of the account after any schedule: nothing was bought twice, nothing is billed that is not listed, and
--- no order was repeated without a look.

local account_check = {}

-- Answers after which an order is known not to have been carried out.
local CLEAR = { rate = true, unauthorized = true, token = true, missing = true, redirect = true }
local HONEST = { chunked = true, gzip = true, close = true, delay = true, stuck = true, cancelled = true }

local VOLUME = "a volume" -- its order has no name

local function fault_of(call) return call.fault and call.fault:match "%d+ (.+)" end

local function is_order(call) return call.method == "createObject" or call.method == "placeOrder" end

local function hostname_of(call)
  local order = call.arguments and call.arguments[1] or {}
  local guest = order.virtualGuests and order.virtualGuests[1] or order
  return guest.hostname
end

local function is_refused(call, clear_rules)
  local fault = fault_of(call)
  if fault then return CLEAR[fault] or clear_rules[tonumber(call.fault:match "^%d+")] end
  return call.status >= 400
end

local function is_honest(call)
  local fault = fault_of(call)
  return (not fault or HONEST[fault] == true) and call.status < 300
end

--- Raises when an order of one request was repeated and nobody had looked in between.
---@param calls table[] of one request's tries
---@param clear_rules table<integer, boolean> fault rules that refuse an order in so many words
function account_check.looks(calls, clear_rules)
  local open, guests, orders
  for _, call in ipairs(calls) do
    if is_order(call) then
      local name = hostname_of(call) or VOLUME
      assert(open ~= name or orders and (guests or name == VOLUME), ("the order of %s (call %d) was repeated without a look"):
        format(name, call.n))
      -- A volume's order that was answered has a number, and that is what no_twins goes by.
      local settled = is_refused(call, clear_rules) or name == VOLUME and is_honest(call)
      if not settled then open, guests, orders = name, false, false end
    elseif call.method == "cancelItem" then open = nil
    elseif call.method == "getVirtualGuests" and is_honest(call) then guests = true
    elseif call.method == "getAllObjects" and is_honest(call) then orders = true
    end
  end
end

--- The hostnames and the orders of a request's calls.
function account_check.marks(calls)
  local marks = { hostnames = {}, orders = {} }
  for _, call in ipairs(calls) do
    if is_order(call) then
      marks.hostnames[hostname_of(call) or 0] = true
      if call.order then marks.orders[call.order] = true end
    end
  end
  return marks
end

local function same(thing, record, kind)
  if record.id == thing.id then return true end
  if kind == "guest" then return record.hostname ~= nil and record.hostname == thing.hostname end
  return record.order ~= nil and record.order == thing.order
end

--- Whether a record lists a thing as not in the director's hands.
---@param kind "guest"|"volume"
function account_check.is_listed(thing, records, kind)
  for _, record in ipairs(records) do
    local open = record.stage and record.stage ~= "DONE"
    if open and same(thing, record, kind) then return true end
    if open and kind == "volume" and record.stage == "SENT" and (record.after or math.huge) < (thing.order or 0) then return true end
    for _, left in ipairs(record.left_behind or {}) do
      if same(thing, left, kind) then return true end
    end
  end
  return false
end

local function describe(kind, thing)
  return ("%s %d %s of order %s"):format(kind, thing.id, thing.hostname or thing.name or "", tostring(thing.order))
end

--- Raises when something is billed that no record lists and no director holds.
function account_check.nothing_lost(inventory, records, held)
  local count = 0
  for kind, list in pairs { guest = inventory.guests, volume = inventory.volumes } do
    for _, thing in ipairs(list) do
      if thing.billed then
        count = count + 1
        assert(held[tostring(thing.id)] or account_check.is_listed(thing, records, kind),
          describe(kind, thing) .. " is billed, and no record lists it")
      end
    end
  end
  assert(inventory.billed == count, ("%d items are billed for %d things"):format(inventory.billed, count))
end

--- Raises when one request made two things that are both paid for and not listed as left behind.
function account_check.no_twins(inventory, records, marks)
  local found = {}
  for kind, list in pairs { guest = inventory.guests, volume = inventory.volumes } do
    for _, thing in ipairs(list) do
      local its = kind == "guest" and marks.hostnames[thing.hostname] or kind == "volume" and marks.orders[thing.order]
      if its and thing.billed and not account_check.is_listed(thing, records, kind) then found[#found + 1] = describe(kind, thing) end
    end
  end
  assert(#found <= 1, "one request made " .. table.concat(found, " and "))
end

return account_check
