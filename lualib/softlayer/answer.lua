--- Answers are what was asked for, or they say nothing. A gateway's text, a null or another type reads as an object
--- without members and as a list without elements, which would look like "gone" and "nothing there".

local errors = require "errors"
local json = require "core.json"

local answer = {}

local function nothing_said(what)
  return errors.new { kind = "transport", transient = true, sent = true,
    message = "the API answered something else than " .. what }
end

--- An object whose mask has `id`.
---@param object any what the call answered
---@param err Error?
---@param id integer of the object that was asked for
---@param what string it, for the message
---@return table? object
---@return Error? err
function answer.object(object, err, id, what)
  if err then return nil, err end
  if type(object) == "table" and object.id == id then return object end
  return nil, nothing_said(what)
end

--- A list of objects whose mask has `id`; a list of one may come bare.
---@param list any what the call answered
---@param err Error?
---@param what string its elements, for the message
---@return table[]? list
---@return Error? err
function answer.list(list, err, what)
  if err then return nil, err end
  if json.is_array(list) then return list end
  if type(list) == "table" and list.id then return { list } end
  return nil, nothing_said("a list of " .. what)
end

return answer
