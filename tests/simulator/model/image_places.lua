-- Where in object storage an image comes from or goes to: swift:// and cos:// URIs.

local digest = require "slsim.object.digest"
local errors = require "slsim.errors"
local guess  = require "slsim.guess"
local places = require "slsim.model.places"
local store  = require "slsim.object.store"
local users  = require "slsim.model.users"

guess("[G]", "an image from cos://REGION/… lies in the datacenter that the region names first; the texts of the refusals")
guess("[G]", "swift:// URIs name the own account, cos:// URIs the region of the bucket; both must be there, and IAM know the key")

local image_places = {}

local REGIONS = { ["us-south"] = "dal10", ["us-east"] = "wdc04", ["eu-gb"] = "lon02", ["eu-de"] = "fra02", ["jp-tok"] = "tok02",
  ["au-syd"] = "syd01", us = "dal10", eu = "ams03", ap = "tok02" }
local KINDS = { vhd = "SYSTEM", raw = "SYSTEM", iso = "ISO" }
local SWIFT = { vhd = true, iso = true, shown = ".vhd or .iso" }
local COS = { vhd = true, iso = true, raw = true, shown = ".vhd, .iso or .raw" }

local function protocol()
  errors.public("Template configuration uri specified an invalid network storage service resource protocol.")
end

local function nowhere() errors.public("Template configuration uri specified an invalid network storage service resource.") end

local function located(name)
  return places.datacenter(name) or places.datacenter(REGIONS[name] or "") or nowhere()
end

local function ending_of(key, formats)
  local ending = (key:match("%.(%w+)$") or ""):lower()
  if not KINDS[ending] or not formats[ending] then
    errors.public("Template configuration uri must name an object of the type %s.", formats.shown)
  end
  return ending
end

local function place(space, name, key, datacenter, formats)
  local ending = ending_of(key, formats)
  return { space = space, name = name, key = key, datacenter = datacenter, ending = ending, kind = KINDS[ending] }
end

-- swift://<account>@<cluster>/<container>/<object>
local function swift(uri)
  local account, cluster, name, key = uri:match("^swift://([^@/]+)@([%w-]+)/([^/]+)/(.+)$")
  if not account then errors.public("Template configuration uri is not valid.") end
  local found = place("Swift", name, key, located(cluster), SWIFT)
  found.foreign = account ~= users.OBJECT_STORAGE
  return found
end

-- cos://<region>/<bucket>/<object>
local function cos(uri)
  local region, name, key = uri:match("^cos://([%w-]+)/([^/]+)/(.+)$")
  if not region then errors.public("Template configuration uri is not valid.") end
  local found = place("COS", name, key, located(region), COS)
  found.region = region
  return found
end

local READERS = { swift = swift, cos = cos }

---@param uri any
---@param scheme "swift"|"cos"
---@return { space: string, name: string, key: string, datacenter: table, ending: string, kind: string } place
function image_places.read(uri, scheme)
  if type(uri) ~= "string" or uri:sub(1, #scheme + 3) ~= scheme .. "://" then protocol() end
  return READERS[scheme](uri)
end

--- The container of a place, which must be the account's and where the place says.
function image_places.container(where)
  local container = store.space(where.space)[where.name]
  if where.foreign or not container or where.region ~= container.region then nowhere() end
  return container
end

---@return table object of a place; it must be there
function image_places.object(where)
  return image_places.container(where).objects[where.key]
    or errors.public("Template configuration uri specified an object that does not exist: %s.", where.key)
end

--- What reads an object for a while: the object as it was, with its segments.
---@return fun(): boolean whether all of it is still there
function image_places.hold(object)
  local segments = store.segments(object)
  return function()
    local now = store.segments(object)
    for i = 1, math.max(#segments, #now) do
      if segments[i] ~= now[i] or not store.is_there(segments[i]) then return false end
    end
    return store.is_there(object)
  end
end

--- Puts bytes where a place is, if its container is there still.
function image_places.write(where, bytes)
  local container = store.space(where.space)[where.name]
  if not container then return end
  store.put(container, where.key, { pieces = { bytes }, etag = digest.md5(bytes), type = "application/octet-stream", metadata = {} })
end

return image_places
