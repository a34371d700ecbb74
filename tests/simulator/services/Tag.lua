-- Tags, for every kind of resource.

local errors = require "slsim.errors"
local events = require "slsim.model.events"
local tags   = require "slsim.model.tags"
local world  = require "slsim.world"

local function of_user(call, attached)
  return world.listed("Tag", call, function(tag)
    local used = world.find("Tag_Reference", function(entry) return entry.tag == tag end) ~= nil
    return tag.accountId == call.user.accountId and used == attached
  end)
end

return { methods = {
  setTags = { static = true, args = "tags:string keyName:string resourceTableId:int", run = function(_, call, text,
    key, id)
    local entry = tags.KINDS[key] or errors.invalid("keyName", "The tag type does not exist.")
    local object = world.get(entry.kind, id)
    if not object or not world.may_see(call.user, object) then errors.not_found(id) end
    tags.set(object, key, text)
    events.log(call, "Set Tags", entry.description, object)
    return true
  end },
  getAttachedTagsForCurrentUser = { static = true, returns = "*Tag", run = function(_, call) return of_user(call,
    true) end },
  getUnattachedTagsForCurrentUser = { static = true, returns = "*Tag", run = function(_, call) return of_user(call,
    false) end },
  getTagByTagName = { static = true, args = "tagName:string", returns = "*Tag", run = function(_, call, name)
    return world.select("Tag", function(tag) return tag.accountId == call.user.accountId and tag.name == name end)
  end },
  getAllTagTypes = { static = true, returns = "*Tag_Type", run = function()
    local list = {}
    for key, entry in pairs(tags.KINDS) do
      list[#list + 1] = world.value("Tag_Type", { keyName = key, description = entry.description })
    end
    table.sort(list, function(a, b) return a.keyName < b.keyName end)
    return list
  end },
  deleteTag = { static = true, args = "tagName:string", run = function(_, call, name)
    local tag = world.find("Tag", function(entry) return entry.accountId == call.user.accountId
      and entry.name == name end)
      or errors.public("The tag '%s' does not exist.", name)
    if world.find("Tag_Reference", function(entry) return entry.tag == tag end) then
      errors.public("The tag '%s' is in use.", name)
    end
    world.remove(tag)
    return true
  end },
} }
