--- What the simulator tells after a case: how many things there are and what is paid for, what is left at the end,
--- and orders that were sent again without a look.

local folder = require "support.folder"

local account = {}

local function paid(list)
  local n = 0
  for _, thing in ipairs(list) do n = thing.billed and n + 1 or n end
  return n
end

--- The figures of an inventory; those of a case must be those of the same action that nothing interrupted.
---@param inventory table of GET /control/inventory
---@return table<string, integer>
function account.figures(inventory)
  return { guests = paid(inventory.guests), volumes = paid(inventory.volumes), snapshots = #inventory.snapshots,
    ["SSH keys"] = #inventory.ssh_keys, orders = #inventory.orders, billed = inventory.billed, routes = #inventory.routes,
    notes = #inventory.notes }
end

--- Where figures exceed others, or fall short of them: "2 guests instead of 1".
---@return string[] differences
function account.differences(found, expected)
  local list = {}
  for name, n in pairs(found) do
    if n ~= expected[name] then list[#list + 1] = ("%d %s instead of %d"):format(n, name, expected[name]) end
  end
  table.sort(list)
  return list
end

-- What outlives everything else: keys stay for the next VM, an order is history.
local LASTING = { ["SSH keys"] = true, orders = true }

--- What is left when everything was given back, in the account and in the state directory.
---@return string[]
function account.left(inventory, before, state_dir)
  local found = account.figures(inventory)
  for name in pairs(LASTING) do found[name] = before[name] end
  local list = account.differences(found, before)
  for _, path in ipairs(folder.files(state_dir)) do
    local name = path:match "[^/]+$"
    if not name:find "^cache%-" and not name:find "^iam%-token%-" and not name:find "^rate" then
      list[#list + 1] = "the file " .. name
    end
  end
  return list
end

local SERVICES = { createObject = { SoftLayer_Virtual_Guest = "guest", SoftLayer_Security_Ssh_Key = "SSH key" },
  createSnapshot = { SoftLayer_Network_Storage = "snapshot" }, placeOrder = { SoftLayer_Product_Order = "volume" } }

local function ordered(call)
  local what = (SERVICES[call.method] or {})[call.service]
  return what == "volume" and call.arguments and call.arguments[1].virtualGuests and "guest" or what
end

-- The reads that would show what an order made. One with a limit only sees the newest, whoever's that is.
local LOOKS = { ["SoftLayer_Account.getVirtualGuests"] = "guest", ["SoftLayer_Account.getSshKeys"] = "SSH key",
  ["SoftLayer_Network_Storage.getSnapshots"] = "snapshot", ["SoftLayer_Billing_Order.getAllObjects"] = "volume" }

local function looked_for(call)
  return not call.limit and LOOKS[("%s.%s"):format(call.service, call.method)] or nil
end

--- Orders of one thing with no look between them. The API's own refusal of the first one is look enough.
---@param journal table[]
---@return string[]
function account.blind_orders(journal)
  local list, open = {}, {}
  for _, call in ipairs(journal) do
    local what, seen = ordered(call), looked_for(call)
    if seen then open[seen] = nil end
    if what and open[what] then
      list[#list + 1] = ("the order of a %s was sent again without a look (calls %d and %d)"):format(what, open[what], call.n)
    end
    if what then open[what] = not call.error and call.n or nil end
  end
  return list
end

return account
