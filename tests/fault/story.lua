--- A random little story of a director's requests, and what is to go wrong at each: drawn as a whole, before anything
--- is sent. Things have names ("vm 1"); a request about one that was not made in the end is left out.

local dice = require "fault.dice"
local json = require "core.json"
local kinds = require "fault.kinds"
local requests = require "support.requests"

local story = {}

-- Which calls a method makes, so that faults meet some.
local CALLS = {
  create_vm = { "Virtual_Guest.createObject", "Virtual_Guest.createObject", "Product_Order.*", "Virtual_Guest.getObject",
    "Virtual_Guest.set*", "Virtual_Guest.deleteObject", "Account.get*", "Billing_Order.*", "Network_*.*", "*_Template_Group.*" },
  create_disk = { "Product_Order.placeOrder", "Product_Order.*", "Billing_Order.*", "Account.getNetworkStorage",
    "Network_Storage.getObject", "Product_Package.*", "Account.*", "Billing_Item.cancelItem" },
  attach_disk = { "Network_Storage.*", "Virtual_Guest.*", "Network_Storage.allowAccess*" },
  detach_disk = { "Network_Storage.*", "Network_Storage.removeAccess*" },
  snapshot_disk = { "Network_Storage.createSnapshot", "Network_Storage.*", "Network_Storage.getSnapshots" },
  resize_disk = { "Product_Order.*", "Network_Storage.*", "Billing_Order.*", "Product_Package.*" },
  delete_disk = { "Billing_Item.cancelItem", "Network_Storage.getObject" },
  delete_vm = { "Virtual_Guest.deleteObject", "Virtual_Guest.getObject", "Account.*", "Network_*.*" },
  has_vm = { "Virtual_Guest.getObject" }, has_disk = { "Network_Storage.getObject" },
  set_vm_metadata = { "Virtual_Guest.*" }, set_disk_metadata = { "Network_Storage.*" },
}
local ORDERS = { "Virtual_Guest.createObject", "Product_Order.placeOrder" }
local CHANGES = { "Virtual_Guest.set*", "Virtual_Guest.deleteObject", "Billing_Item.cancelItem", "*.editObject",
  "Network_Storage.*Access*" }

-- What comes of an order whose answer is lost matters most, so orders have more than their share.
local function place_of(kind, method)
  if kind.order or method:find "^create_" and dice.one_in(4) then return dice.one(ORDERS) end
  if kind.change then return dice.one(CHANGES) end
  return dice.one_in(4) and "*.*" or dice.one_in(12) and "IAM.token" or dice.one(CALLS[method])
end

local function frequency(kind)
  if kind.once then return "count=1 nth=" .. math.random(3) end
  return dice.one { "count=1", "count=1", "count=" .. math.random(2, 4), "nth=" .. math.random(4),
    ("count=6 p=%s"):format(dice.between(0.2, 0.7)), "" }
end

local function rule_of(kind, method)
  local words = type(kind.words) == "function" and kind.words() or kind.words
  return ("%s %s %s"):format(place_of(kind, method), words, frequency(kind))
end

-- What goes wrong at one request: rules of slsim for all its tries, mishaps of the first.
local function troubles(method)
  local found = {}
  for _ = 1, dice.one { 0, 1, 1, 1, 2, 3 } do
    local kind = dice.one(kinds)
    found[#found + 1] = { kind = kind.name, lies = kind.lies, rule = not kind.mishap and rule_of(kind, method) or nil,
      at = dice.between(0, 0.35), share = math.random() }
  end
  return found
end

-- Networks of a VM in lon02; `reserve` stands for an address of a subnet that the case makes.
local function networks()
  local both, vlans = json.array { "dns", "gateway" }, json.array { 524954 }
  local function dynamic(ids) return { type = "dynamic", default = both, cloud_properties = { vlan_ids = ids } } end
  local pair = json.array { 524956, 524954 }
  return dice.one {
    { default = dynamic() }, { default = dynamic(vlans) }, { default = dynamic(pair) },
    { default = { type = "manual", reserve = "portable", default = both, cloud_properties = {} } },
    { default = dynamic(), public = { type = "vip", reserve = dice.one { "static", "global" }, cloud_properties = {} } },
  }
end

local makers = {}

function makers.create_vm(name)
  local properties = { datacenter = "lon02", cpu = 1, memory = 1024, ephemeral_disk_size = dice.one_in(4) and 20 or nil }
  local env = dice.one_in(3) and { bosh = { groups = json.array { "web" } } } or {}
  return requests.create_vm { agent_id = name, stemcell = "879741", properties = properties, networks = networks(), env = env }
end

function makers.create_disk()
  return requests.of("create_disk", 20480, { datacenter = "lon02", iops = dice.one_in(2) and 200 or nil,
    snapshot_space = dice.one_in(2) and 20 or nil })
end

-- A function of the cids of the things that it is about.
local function about(method, ...)
  local more = table.pack(...)
  return function(...)
    local arguments = table.pack(...)
    table.move(more, 1, more.n, arguments.n + 1, arguments)
    return requests.of(method, table.unpack(arguments, 1, arguments.n + more.n))
  end
end

-- What may come next, from what there is: { method =, about = names of things, more = arguments after their cids }.
local function choices(there)
  local list = {}
  local function may(method, about_it, more) list[#list + 1] = { method = method, about = about_it, more = more } end
  may "create_vm"
  may "create_disk"
  for _, vm in ipairs(there.vm) do
    may("has_vm", { vm })
    may("set_vm_metadata", { vm }, { { deployment = "d", job = dice.one { "web", "db" } } })
    may("delete_vm", { vm })
    for _, disk in ipairs(there.disk) do may(dice.one { "attach_disk", "detach_disk" }, { vm, disk }) end
  end
  for _, disk in ipairs(there.disk) do
    may("has_disk", { disk })
    may("set_disk_metadata", { disk }, { { deployment = "d", index = tostring(math.random(9)) } })
    may("snapshot_disk", { disk }, { { deployment = "d" } })
    may("resize_disk", { disk }, { 40960 })
    may("delete_disk", { disk })
  end
  return list
end

local function without(list, name)
  for i, one in ipairs(list) do
    if one == name then table.remove(list, i) end
  end
end

-- Chooses a step and keeps book of what there would be after it.
local function step(there, number)
  local chosen = dice.one(choices(there))
  local method = chosen.method
  local made = { method = method, about = chosen.about or {}, troubles = troubles(method) }
  local kind = method:match "^create_(%l+)$"
  if kind then
    made.makes = ("%s %d"):format(kind, number)
    made.about = {}
    made.request = makers[method](made.makes)
    table.insert(there[kind], made.makes)
  else
    made.build = about(method, table.unpack(chosen.more or {}))
    if method == "snapshot_disk" then made.makes = "snapshot " .. number end
    local gone = method:match "^delete_(%l+)$"
    if gone then without(there[gone], made.about[1]) end
  end
  return made
end

--- The story of a seed.
---@param seed integer
---@return table { steps =, iam =, resend = whether what failed is asked for again at the end }
function story.of(seed)
  math.randomseed(seed)
  local there, steps = { vm = {}, disk = {} }, {}
  for i = 1, math.random(3, 10) do steps[i] = step(there, i) end
  return { seed = seed, steps = steps, iam = dice.one_in(4), resend = dice.one_in(2) }
end

return story
