-- Provisioning transactions: a machine, a volume or an image walks through named steps on the
-- virtual clock. The id stays; the status changes; the relation is absent when it is over.

local clock = require "slsim.clock"
local guess = require "slsim.guess"
local world = require "slsim.world"

guess("[G]", "lastTransaction is the latest transaction begun, running or not")

local transactions = {}

local TYPE = "Provisioning_Version1_Transaction"

local function status(name, friendly, average)
  return world.value(TYPE .. "_Status", { name = name, friendlyName = friendly, averageDuration = average })
end

local function friendly_name(step)
  return step.friendly or step.name:lower():gsub("_", " "):gsub("%f[%a]%l", string.upper)
end

local advance

local function enter(transaction, step)
  local now = clock.time()
  transaction.transactionStatus = status(step.name, friendly_name(step), step.average or ".05")
  transaction.statusChangeDate, transaction.modifyDate = now, now
  if step.enter then step.enter(transaction) end
  transaction.__due = clock.after(step.seconds, function() advance(transaction) end)
end

local function finish(transaction)
  local target, now = transaction.__target, clock.time()
  transaction.transactionStatus = status("COMPLETE", "Complete", "0")
  transaction.statusChangeDate, transaction.modifyDate = now, now
  transaction.__ended = now
  if target[transaction.__relation] == transaction then target[transaction.__relation] = nil end
  if transaction.__done then transaction.__done(transaction) end
end

function advance(transaction)
  if transaction.__held then return end
  local step = transaction.__steps[transaction.__step]
  if step and step.leave then step.leave(transaction) end
  transaction.__step = transaction.__step + 1
  local following = transaction.__steps[transaction.__step]
  if following then enter(transaction, following) else finish(transaction) end
end

---@class Step
---@field name string
---@field seconds number
---@field average string? minutes, as the API writes them
---@field friendly string?
---@field enter fun(transaction: table)?
---@field leave fun(transaction: table)?

--- Starts a transaction on a machine, a volume or an image.
---@param target table
---@param group { name: string, average: string }
---@param steps Step[]
---@param options? { relation?: string, done?: fun(transaction: table) } relation: default activeTransaction
---@return table transaction
function transactions.start(target, group, steps, options)
  options = options or {}
  local transaction = world.create(TYPE, {
    accountId = target.accountId, createDate = clock.time(), modifyDate = clock.time(), __step = 1, __steps = steps,
    guestId = target.__kind == "Virtual_Guest" and target.id or nil,
    hardwareId = target.__kind == "Hardware" and target.id or nil,
    transactionGroup = world.value(TYPE .. "_Group", { name = group.name, averageTimeToComplete = group.average }),
    __target = target, __relation = options.relation or "activeTransaction", __done = options.done })
  target[transaction.__relation] = transaction
  target.lastTransaction = transaction
  enter(transaction, steps[1])
  return transaction
end

--- Stops a transaction where it is: it does not move until it is released.
function transactions.hold(transaction)
  transaction.__held = true
end

function transactions.release(transaction)
  if not transaction.__held then return end
  transaction.__held = nil
  if not transaction.__due.cancelled and transaction.__due.time > clock.now() then return end
  clock.after(0, function() advance(transaction) end)
end

--- Ends a transaction at once without its remaining steps.
function transactions.abort(transaction)
  transaction.__due.cancelled = true
  transaction.__done = nil
  finish(transaction)
end

world.derive(TYPE, {
  elapsedSeconds = function(transaction)
    return math.floor((transaction.__ended or clock.time()) - transaction.createDate)
  end,
  guest = function(transaction) return transaction.guestId and transaction.__target or nil end,
  hardware = function(transaction) return transaction.hardwareId and transaction.__target or nil end,
  pendingTransactions = function() return {} end,
})

return transactions
