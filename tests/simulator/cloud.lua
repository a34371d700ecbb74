-- The cloud as it is when the simulator starts: places, products, one account with its users,
-- images, VLANs and a key.

local capacity  = require "slsim.model.reserved_capacity"
local catalogue = require "slsim.model.catalogue"
local clock     = require "slsim.clock"
local computing = require "slsim.model.computing"
local dedicated = require "slsim.model.dedicated"
local guests    = require "slsim.model.guests"
local images    = require "slsim.model.images"
local networks  = require "slsim.model.networks_seed"
local places    = require "slsim.model.places"
local price_groups = require "slsim.model.price_groups"
local random    = require "slsim.random"
local regional_groups = require "slsim.model.regional_groups"
local routes    = require "slsim.model.routes"
local objects   = require "slsim.object.store"
local storage   = require "slsim.model.storage"
local storage_catalogue = require "slsim.model.storage_catalogue"
local subnets   = require "slsim.model.subnets"
local tickets   = require "slsim.model.tickets"
local tokens    = require "slsim.tokens"
local users     = require "slsim.model.users"
local world     = require "slsim.world"

require "slsim.model.account"
require "slsim.model.network_properties"
require "slsim.model.regions"
require "slsim.model.storage_access"
require "slsim.model.storage_end"
require "slsim.model.storage_properties"

local cloud = {}

local function seed_key(account)
  world.create("Security_Ssh_Key", { id = 136868, accountId = account.id, createDate = clock.time() - 200 * 86400,
    modifyDate = nil, label = "bosh", notes = nil, fingerprint = "a0:35:bc:1c:98:28:ab:82:35:4c:94:53:5c:93:22:33",
    key = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAQQC7hGZ0d5qkYQ== bosh" })
end

local function seed_bucket()
  objects.add_container("COS", "stemcells", { location = "us-south-standard", region = "us-south", uploads = {} })
end

--- Builds everything anew.
---@param settings { speed: number, epoch: number?, seed: integer, lag: number, latency: number, provision: number,
---reclaim: number, token_seconds: number }
function cloud.start(settings)
  for _, values in ipairs { storage.SETTINGS, routes.SETTINGS, settings } do
    for name, value in pairs(values) do world.settings[name] = value end
  end
  clock.start { speed = settings.speed, epoch = settings.epoch }
  random.seed(settings.seed)
  world.reset()
  subnets.reset()
  tokens.reset()
  catalogue.reset()
  guests.capacity = {}
  storage.reset()
  objects.reset()
  seed_bucket()
  places.seed()
  computing.seed()
  dedicated.seed()
  price_groups.seed()
  storage_catalogue.seed()
  tickets.seed()
  local account = users.seed()
  images.seed(account)
  networks.seed(account)
  seed_key(account)
  regional_groups.seed()
  capacity.seed(account)
  world.list_everything()
end

return cloud
