-- What there is in the account, for tests that look for what was left behind: GET /control/inventory.

local json  = require "core.json"
local store = require "slsim.object.store"
local users = require "slsim.model.users"
local world = require "slsim.world"

-- A guest is there before its bill, a volume with it.
local function order_of(object)
  local order = object.__order or object.billingItem and object.billingItem.orderItem.order
  return order and order.id
end

local function summary(kind, object)
  return { kind = kind, id = object.id, hostname = object.hostname, name = object.name or object.username,
    billed = object.billingItem ~= nil, order = order_of(object),
    transaction = object.activeTransaction and object.activeTransaction.transactionStatus.name or nil,
    size = object.capacityGb, hosts = object.__hosts and #object.__hosts, notes = object.notes,
    source = object.__source, guest = object.__guest, private_ip = object.primaryBackendIpAddress, public_ip = object.primaryIpAddress }
end

-- What is read of each object of a kind; nil leaves it out.
local function collected(kind, read)
  local list = json.array {}
  for _, object in ipairs(world.all(kind)) do list[#list + 1] = read(object) end
  return list
end

local function summaries(kind, matches)
  return collected(kind, function(object)
    return (not matches or matches(object)) and summary(kind, object) or nil
  end)
end

local function is_snapshot(volume) return volume.nasType == "SNAPSHOT" end
local function is_volume(volume) return not is_snapshot(volume) end
local function is_own_image(image) return image.accountId == users.ACCOUNT and not image.parentId end

local function key_of(key) return { id = key.id, label = key.label } end

local function summary_of_order(order)
  return { id = order.id, status = order.status, hostname = order.items[1] and order.items[1].hostName or nil }
end

local function route_of(subnet)
  local ip = subnet.endPointIpAddress
  return ip and { id = subnet.id, subnet = subnet.networkIdentifier, to = ip.ipAddress }
end

local function note_of(ip)
  return ip.note and ip.note ~= "" and { id = ip.id, ip = ip.ipAddress, note = ip.note } or nil
end

local function billed()
  return #world.select("Billing_Item", function(item) return not item.cancellationDate and not item.parent end)
end

-- Of each container of object storage what `read` makes of it, one after the other.
local function of_containers(read)
  local list = json.array {}
  for _, space in ipairs(store.names()) do
    for _, name in ipairs(store.names(store.space(space))) do read(list, space, store.space(space)[name]) end
  end
  return list
end

local function add_objects(list, space, container)
  for _, key in ipairs(store.names(container.objects)) do
    local object = container.objects[key]
    list[#list + 1] = { service = space, container = container.name, key = key, bytes = store.size(object), etag = object.etag,
      manifest = object.manifest }
  end
end

local function add_uploads(list, space, container)
  for id, upload in pairs(container.uploads or {}) do
    list[#list + 1] = { service = space, container = container.name, key = upload.key, upload = id,
      parts = #store.names(upload.parts) }
  end
end

local function add_container(list, space, container)
  list[#list + 1] = { service = space, container = container.name, region = container.region }
end

return function()
  return { guests = summaries "Virtual_Guest", hardware = summaries "Hardware",
    volumes = summaries("Network_Storage", is_volume), snapshots = summaries("Network_Storage", is_snapshot),
    images = summaries("Virtual_Guest_Block_Device_Template_Group", is_own_image),
    routes = collected("Network_Subnet", route_of), notes = collected("Network_Subnet_IpAddress", note_of),
    ssh_keys = collected("Security_Ssh_Key", key_of), orders = collected("Billing_Order", summary_of_order),
    containers = of_containers(add_container), objects = of_containers(add_objects), uploads = of_containers(add_uploads),
    tickets = #world.all("Ticket"), billed = billed() }
end
