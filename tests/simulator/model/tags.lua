-- Tags: named once per account, referenced from guests, hardware, VLANs, images and volumes.

local errors = require "slsim.errors"
local guess  = require "slsim.guess"
local quirks = require "slsim.quirks"
local world  = require "slsim.world"

guess("[G]", "a tag with another character than A-Z a-z 0-9 space _ - . : is refused; equal tags are merged")

local tags = {}

tags.KINDS = {
  GUEST = { id = 2, description = "CCI", kind = "Virtual_Guest" },
  HARDWARE = { id = 1, description = "Hardware", kind = "Hardware" },
  NETWORK_VLAN = { id = 9, description = "Network VLAN", kind = "Network_Vlan" },
  NETWORK_SUBNET = { id = 12, description = "Network Subnet", kind = "Network_Subnet" },
  IMAGE_TEMPLATE = { id = 10, description = "Image Template", kind = "Virtual_Guest_Block_Device_Template_Group" },
  TICKET = { id = 5, description = "Ticket", kind = "Ticket" },
  NETWORK_STORAGE = { id = 15, description = "Network Storage", kind = "Network_Storage" },
}

local function named(account_id, name)
  return world.find("Tag", function(tag) return tag.accountId == account_id and tag.name == name end)
    or world.create("Tag", { accountId = account_id, name = name, internal = 0 })
end

local function split(text)
  local names, seen = {}, {}
  for word in text:gmatch("[^,]+") do
    local name = word:match("^%s*(.-)%s*$")
    if quirks.on "tags-stripped" then name = name:gsub("[^%w _%-.:]", "") end
    if name:find("[^%w _%-.:]") then
      errors.raise("Public", ("The tag '%s' contains characters that are not allowed."):format(name))
    end
    if name ~= "" and not seen[name] then
      seen[name] = true
      names[#names + 1] = name
    end
  end
  return names
end

local function reference(object, kind, tag)
  local entry = tags.KINDS[kind]
  return world.create("Tag_Reference", {
    resourceTableId = object.id, tagId = tag.id, tag = tag, tagTypeId = entry.id, empRecordId = nil, usrRecordId = nil,
    tagType = world.value("Tag_Type", { description = entry.description, keyName = kind }), __object = object })
end

--- Replaces the whole set of an object's tags.
---@param text string "a, b"; "" for none
function tags.set(object, kind, text)
  local names = split(text)
  for _, old in ipairs(object.tagReferences or {}) do world.remove(old) end
  object.tagReferences = {}
  for i, name in ipairs(names) do
    object.tagReferences[i] = reference(object, kind, named(object.accountId, name))
  end
end

world.derive("Tag", {
  references = function(tag)
    return world.select("Tag_Reference", function(entry) return entry.tag == tag end)
  end,
})

return tags
