-- What this site adds to create_vm; see README.md of this overlay.
local notify = require "notify"
local placement = require "softlayer.placement"
local site = require "site"

local function refuse(...) error(errors.cloud(...), 0) end

local function check_name(prefix)
  if not prefix:find(site.prefix) then
    refuse("hostname_prefix must be like team-role at this site, not '%s'", prefix)
  end
end

local function check_type(size)
  if (size.cpu or 0) > site.most_cores then refuse("%d cores: this site allows %d", size.cpu, site.most_cores) end
  for _, kind in ipairs(site.refused_flavors) do
    if (size.flavor_key_name or ""):find(kind) then refuse("%s: this site allows no GPUs", size.flavor_key_name) end
  end
end

local function check_tags(tags)
  if not tags[site.required_tag] then
    refuse("the tag '%s' is missing: the deployment's manifest needs it in its 'tags'", site.required_tag)
  end
end

function after.plan(spec)
  check_name(spec.size.hostname_prefix)
  check_type(spec.size)
  check_tags(spec.tags)
  spec.tags.site = "site:" .. site.tag
  table.insert(spec.keys, site.ssh_key)
end

function before.provision(_, spec)
  local datacenter = site.elsewhere[spec.size.datacenter]
  if datacenter then placement.also_in(spec, datacenter) end
end

function around.run(run, agent_id, ...)
  local ok, result = pcall(run, agent_id, ...)
  if not request.rehearsal then
    if ok then
      notify("VM %s is there, for agent %s", result[1], agent_id)
    else
      notify("create_vm for agent %s failed: %s", agent_id, tostring(result))
    end
  end
  if not ok then error(result, 0) end
  return result
end
