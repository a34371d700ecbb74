-- Where in a datacenter a guest goes: a dedicated host, a placement group, reserved capacity, the router of each.

local capacity  = require "slsim.model.reserved_capacity"
local dedicated = require "slsim.model.dedicated"
local errors    = require "slsim.errors"
local guess     = require "slsim.guess"
local network   = require "slsim.model.network"
local parts     = require "slsim.model.template_parts"
local world     = require "slsim.world"

guess("[G]", "a placement group (rule SPREAD) has five hosts behind its router, so it takes five guests; no guest is in a "
  .. "placement group and on a dedicated host")
guess("[G]", "the texts for a host, a placement group or reserved capacity that is full, or elsewhere than the order says")

local hosting = {}

local SPREAD = 5

-- What is behind a router decides the pod.
local function behind(plan, router, what)
  if router.__datacenter ~= plan.datacenter then errors.public("%s is not in the datacenter %s.", what, plan.datacenter.name) end
  local pod = plan.datacenter.__pods[router.__pod]
  if plan.pod and plan.pod ~= pod then errors.public("%s is not behind the router of the order's VLANs.", what) end
  plan.pod = pod
end

local function on_host(fields, plan)
  local id = parts.integer(parts.path_of(fields, "dedicatedHost", "id") or parts.path_of(fields, "hostId"), "dedicatedHost.id")
  if not id then return end
  plan.dedicated_host = dedicated.host(id, plan.user)
  if plan.flavor then errors.invalid("dedicatedHost", "The property may not be provided together with a flavor.") end
  behind(plan, plan.dedicated_host.backendRouter, ("The dedicated host #%d"):format(id))
end

local function in_group(fields, plan)
  local id = parts.integer(parts.path_of(fields, "placementGroupId"), "placementGroupId")
  if not id then return end
  local group = world.get("Virtual_PlacementGroup", id)
  if not group or not world.may_see(plan.user, group) then errors.not_found(id) end
  if plan.dedicated_host then errors.invalid("placementGroupId", "A dedicated host may not be provided, too.") end
  plan.placement_group = group
  behind(plan, group.backendRouter, ("The placement group #%d"):format(id))
end

local function in_capacity(fields, plan)
  local id = parts.integer(parts.path_of(fields, "reservedCapacityGroup", "id") or parts.path_of(fields, "reservedCapacityId"),
    "reservedCapacityGroup.id")
  if not id then return end
  local group = world.get("Virtual_ReservedCapacityGroup", id)
  if not group or not world.may_see(plan.user, group) then errors.not_found(id) end
  capacity.must_fit(group, plan.flavor)
  plan.capacity_group = group
  behind(plan, group.backendRouter, ("The reserved capacity group #%d"):format(id))
end

--- Reads where the guest is to go; the pod is settled afterwards.
function hosting.resolve(fields, plan)
  on_host(fields, plan)
  in_group(fields, plan)
  in_capacity(fields, plan)
  plan.pod = plan.pod or network.pod_for(plan.user.account, plan.datacenter)
end

local function together(plans, property)
  local by_target = {}
  for _, plan in ipairs(plans) do
    local target = plan[property]
    if target then
      by_target[target] = by_target[target] or {}
      table.insert(by_target[target], plan)
    end
  end
  return pairs(by_target)
end

--- Refuses plans that do not all fit where they are to go.
function hosting.check(plans)
  for host, own in together(plans, "dedicated_host") do
    local needs = {}
    for i, plan in ipairs(own) do needs[i] = dedicated.need_of(plan) end
    dedicated.must_have_room(host, needs)
  end
  for group, own in together(plans, "placement_group") do
    if #dedicated.guests_in(group) + #own > SPREAD then errors.public("The placement group #%d is full.", group.id) end
  end
  for group, own in together(plans, "capacity_group") do
    if capacity.free(group) < #own then
      errors.public("The reserved capacity group #%d has no instance available.", group.id)
    end
  end
end

--- Takes the place for a guest that was made.
function hosting.take(plan, guest)
  guest.dedicatedHost, guest.placementGroup = plan.dedicated_host, plan.placement_group
  guest.placementGroupId = plan.placement_group and plan.placement_group.id
  if plan.capacity_group then capacity.take(plan.capacity_group, guest) end
end

--- Gives back what a guest had that is gone.
function hosting.release(guest)
  if guest.reservedCapacityGroupInstance then capacity.release(guest) end
end

return hosting
