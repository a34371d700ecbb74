--- What happens, told to those who listen: a trace, a plan, a line of progress. Nobody listens to a director's
--- request, and then nothing is told.
--
--   action  a script runs        { name = "create_vm", script = Script }
--   step    a step of it runs    { name = "provision", script = "create_vm" }
--   hook    a hook of a step     { name = "around.provision", where = "/etc/slcpi/hooks/create_vm.lua:3" }
--   wait    something is awaited { name = "guest 5", at_most = 600 }
--   poll    it was looked at     { name =, stage =, average =, elapsed =, pause = seconds until the next look }
--   call    a call of the API    { name = "Virtual_Guest::getObject", call = }; its end knows `result`, see session.lua
--   attempt it takes its turn    { name =, call = }; its end knows `result`
--   sent    its turn has come    { name =, call = }
--   deadline  is set             { name = the script's, seconds = from now }
--   state   records are kept     { name = the account's directory; nil: nowhere }
--   file    one of its files was looked at   { name = its path, text = nil: there is none }
--
-- poll, sent and the last three are moments. The others have a beginning and an end, with one table for both: the end
-- knows `err`, if it was one.
-- Calls of one flight, and their attempts, run side by side; everything else is nested.

local events = {}

---@class Event
---@field kind "action"|"step"|"hook"|"wait"|"poll"|"call"|"attempt"|"sent"|"deadline"|"state"|"file"
---@field name string

local listeners = {}

--- Has every event told.
---@param listener fun(event: Event, phase: "begin"|"end"|"once")
---@return fun() stop
function events.listen(listener)
  listeners[#listeners + 1] = listener
  return function()
    for i = #listeners, 1, -1 do
      if listeners[i] == listener then table.remove(listeners, i) end
    end
  end
end

local function tell(event, phase)
  for _, listener in ipairs(listeners) do listener(event, phase) end
end

--- Whether anybody listens.
---@return boolean
function events.heard() return #listeners > 0 end

--- Tells of a moment.
---@param event Event
function events.tell(event)
  if #listeners > 0 then tell(event, "once") end
end

--- Begins events that end together, when the table that is returned is closed.
---@param list Event[]
---@return table for a <close> variable
function events.begin(list)
  for _, event in ipairs(list) do tell(event, "begin") end
  return setmetatable({}, { __close = function(_, err)
    for _, event in ipairs(list) do
      event.err = err
      tell(event, "end")
    end
  end })
end

--- Calls f(...) between the two phases of an event, and passes its results or its error through.
---@param event Event
---@param f function
---@param ... any handed to f
function events.within(event, f, ...)
  if #listeners == 0 then return f(...) end
  local restore <close> = events.begin { event }
  return f(...)
end

return events
