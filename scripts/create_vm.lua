local addresses = require "softlayer.addresses"
local agent_settings = require "bosh.agent_settings"
local client = require "bosh.client"
local cloud_properties = require "bosh.cloud_properties"
local errors = require "errors"
local flight = require "softlayer.flight"
local guest_container = require "softlayer.guest_container"
local guest_order = require "softlayer.guest_order"
local hostnames = require "bosh.hostname"
local image = require "softlayer.image"
local network_query = require "softlayer.network_query"
local networks = require "bosh.networks"
local placement = require "softlayer.placement"
local records = require "record"
local registry = require "bosh.registry"
local refusal = require "softlayer.refusal"
local sl = require "softlayer"
local ssh_key = require "softlayer.ssh_key"
local state = require "state"
local tags = require "bosh.tags"
local taken = require "bosh.taken"
local undo = require "undo"
local virtual_guest = require "softlayer.virtual_guest"
local wait = require "wait"
local warnings = require "bosh.warnings"

description = [[
Orders a virtual guest, waits until it is ready, and leaves the agent's settings in its user metadata, or in the
registry of an old installation.
The same request made again, after whatever happened, returns the same guest.
]]
arguments = {
  "agent_id: string", "stemcell_cid: cid", "cloud_properties: object", "networks: object",
  "disk_cids: array?", "env: object?",
}
effect = "write"
timeout = 2 * 60 * 60

-- The VM's own SSH keys and that of the configuration.
local function keys_of(size)
  local list, common = { table.unpack(size.ssh_keys or {}) }, config.softlayer.ssh_public_key
  if common then must(nil, ssh_key.check(common)) end
  list[#list + 1] = common
  return list
end

-- Everything that can be wrong with the request alone, before anything is asked or ordered. Gives the spec: `size` (the
-- properties), `networks`, `image_id`, `tags` (key → "key:value"), `keys` (SSH keys, by id or text), `disk_cids`.
---@param network_settings table as BOSH sent them
function plan(stemcell_cid, properties, network_settings, env, disk_cids)
  local size = must(cloud_properties.of_vm(properties, { datacenter = config.softlayer.datacenter },
    config.softlayer.strict))
  local list = must(networks.read(network_settings))
  must(nil, agent_settings.check(config.agent, env))
  must(nil, registry.check(config, request))
  return {
    size = size,
    networks = list,
    image_id = must(image.id_of(stemcell_cid)),
    tags = tags.of_env(env),
    keys = keys_of(size),
    disk_cids = disk_cids or {},
  }
end

-- The agent's ephemeral disk is the guest's second one; without it the agent takes the rest of the root disk.
local function has_ephemeral_disk(spec)
  return spec.size.ephemeral_disk_size > 0
end

-- What only the API knows: the image's GUID, VLANs, subnets, addresses, what the names in the properties
-- stand for, and the ids of keys. One flight.
---@param keys string[] SSH keys, by id or text
function look_up(spec, keys)
  local of_networks, plan_of = network_query(spec.networks, spec.size)
  local of_places, ways_of = placement.query(spec.size)
  local of_keys, ids_of = ssh_key.query(keys, "bosh-slcpi")
  local found, err = flight { { image.query(spec.image_id) }, of_networks, of_places, of_keys }
  if not found then error(image.explain(spec.image_id, err), 0) end
  spec.image = found[1][1] or error(image.explain(spec.image_id), 0)
  spec.plan = must(plan_of(found[2]))
  spec.ways = must(ways_of(found[3], spec.plan.private and spec.plan.private.pod))
  spec.ssh_keys = must(ids_of(found[4]))
end

local function give_back(id)
  local done, failure = pcall(call, "delete_vm", tostring(id))
  if done then return end
  local err = errors.wrap(failure)
  err.message = ("guest %d, which an earlier bosh create-env ordered, cannot be given back: %s"):format(id, err.message)
  error(err, 0)
end

-- Gives back what the request of another agent id ordered, or may have.
local function discard(record)
  if must(taken.vm(record)) then
    log.warn("guest %d of an earlier bosh create-env is in use: it stays", record.id)
    return record:answered()
  end
  log.warn("an earlier try of bosh create-env has no answer: giving back what %s ordered", record.hostname)
  local id = record.id or record:unsure() and guest_order.look(record) or nil
  if id then
    must(record:still_known())
    give_back(id)
  end
  must(record:abandon("bosh create-env began anew", true))
  if #record.left_behind == 0 then record:remove() end
end

-- `bosh create-env` gives each try another agent id, so nobody asks again for what an interrupted one ordered.
function discard_earlier_tries()
  if request.rehearsal or not client.is_create_env(request) then return end
  for _, record_name in ipairs(state.unanswered "create_vm") do
    local record <close> = state.open(record_name)
    if record and records.is_unanswered(record) then discard(record) end
  end
end

-- Before anything is ordered.
function prepare(spec)
  look_up(spec, spec.keys)
  for _, network in ipairs(spec.networks) do
    if network.address then must(nil, addresses.check(network, request.context.director_uuid)) end
  end
  warnings.of_vm(spec.networks, config.agent, must(registry.of(config, request)))
end

-- A name that tells this attempt from every other one.
---@param size table the VM's properties
function name(record, size)
  return must(hostnames.make(size.hostname_prefix, record:nonce(), size.domain))
end

-- The guest of an earlier try with the same key, if there is one and it still exists.
---@param size table the VM's properties
function resume(record, size)
  record.hostname = record.hostname or name(record, size)
  local id = record.id or record:unsure() and guest_order.look(record) or nil
  if not id or must(virtual_guest.find(tostring(id))) then return id end
  must(record:abandon("guest " .. id .. " is gone", true))
  return nil
end

-- Orders the guest, once, at the first place that has room; gives its id.
function provision(record, spec)
  return placement.first_with_room(spec.ways, function(way)
    local template = guest_order.template(name(record, spec.size), spec)
    local order = must(placement.apply(template, spec.size, way))
    if has_ephemeral_disk(spec) then order = must(guest_container.of(order, spec)) end
    return guest_order.place(record, order)
  end)
end

-- A guest that was just ordered has no transaction for a moment, so the first look comes later.
---@param ordered boolean by this request
function await(id, ordered)
  return must(wait {
    what = "guest " .. id, at_most = 90 * 60, first = ordered and 10 or 0,
    virtual_guest.ready, tostring(id), agent_settings.MASK,
  })
end

-- Notes on the addresses of manual and vip networks whose they are; a vip is routed to the guest.
function claim(guest, spec)
  for _, network in ipairs(spec.networks) do
    if network.address then must(nil, addresses.claim(network, guest, request.context.director_uuid)) end
  end
end

-- Leaves the agent's settings where the agent looks for them.
function configure(guest, settings)
  local store = must(registry.of(config, request))
  if store then must(store:put(guest.id, settings)) end
  local encoded = agent_settings.encode(store and store:user_data(guest.id, settings) or settings)
  log.secret(encoded)
  must(sl.Virtual_Guest:id(guest.id):setUserMetadata { encoded })
end

-- Adds tags; others stay.
---@param wanted table<string, string> key → "key:value"
function tag(guest, wanted)
  local names, changed = tags.merge(tags.names(guest.tagReferences), wanted)
  if changed then must(sl.Virtual_Guest:id(guest.id):setTags(table.concat(names, ", "))) end
end

-- Gives back what a failed try ordered, by the public delete_vm.
function abandon(record, id, err)
  -- The director has it, or may have it: without a record nobody knows.
  if record.stage == "DONE" or record.found and not record.durable then return end
  err.type = "Bosh::Clouds::VMCreationFailed"
  must(record:still_known())
  local cancelled, failure = pcall(call, "delete_vm", tostring(id))
  must(record:abandon(err.message, cancelled))
  if not cancelled then error(failure, 0) end
  err.ok_to_retry = not refusal.permanent(err) and err.kind ~= "bug"
end

function run(agent_id, stemcell_cid, properties, network_settings, disk_cids, env)
  local spec = plan(stemcell_cid, properties, network_settings, env, disk_cids)
  local record = must(state.take("create_vm", agent_id))
  local earlier = resume(record, spec.size)
  if not earlier then
    discard_earlier_tries()
    prepare(spec)
  end
  local id = earlier or provision(record, spec)
  local rollback <close> = undo(abandon, record, id)
  if earlier then look_up(spec, {}) end -- its keys were ordered with it
  local guest = await(id, not earlier)
  local settings = must(agent_settings.build(agent_id, guest, spec.networks, config.agent, env,
    has_ephemeral_disk(spec)))
  if record.stage ~= "DONE" then
    claim(guest, spec)
    configure(guest, settings)
    tag(guest, spec.tags)
    must(record:save { stage = "READY" })
  end
  return { tostring(id), settings.networks }
end

function v1(result)
  return result[1]
end
