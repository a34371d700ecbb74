--- What is written for a person, or for a program that reads stdout; secrets never are.

local json = require "core.json"
local log = require "core.log"
local output = require "output"
local secrets = require "secrets"

local screen = {}

---@class Screen
---@field terminal { columns: integer, colour: boolean, unicode: boolean }? nil: stdout is read by a program
---@field format string
local Screen = {}
Screen.__index = Screen

local codes = { red = "31", yellow = "33", green = "32", dim = "2", bold = "1" }

--- A text in a colour, where there are colours. `mark` stands around what takes no room.
---@param text string
---@param colour string
---@param mark string?
---@return string
function Screen:coloured(text, colour, mark)
  if not (self.terminal and self.terminal.colour) then return text end
  mark = mark or ""
  return ("%s\27[%sm%s%s%s\27[0m%s"):format(mark, codes[colour], mark, text, mark, mark)
end

--- Writes text with its secrets masked.
---@param text string
function Screen:print(text) self.core.print(log.redact(text) .. "\n") end

--- Tells of an error; at a terminal in its place among the results.
---@param err Error
function Screen:complain(err)
  local text = err.kind == "interrupted" and "interrupted: " .. err.message or err.trace or tostring(err)
  if err.read_only then text = text .. "; writes(true) allows it" end
  local over = self.terminal and err.kind == "interrupted" and "\r\27[K" or "" -- the terminal's own ^C
  self.core.complain(over .. self:coloured(log.redact(text), "red") .. "\n")
end

-- What has a text of its own, and what is no data.
local function is_opaque(value)
  local kind, metatable = type(value), getmetatable(value)
  return kind == "function" or kind == "userdata" and value ~= json.null or kind == "thread"
    or kind == "table" and type(metatable) == "table" and metatable.__tostring ~= nil
end

-- A program gets JSON, whatever the value is.
function Screen:text_of(value, format)
  if is_opaque(value) then
    value = tostring(value)
    if self.terminal then return value end
  end
  secrets.learn(value)
  local terminal = self.terminal and self.core.terminal() or {} -- its size may have changed
  return (output.render(value, { format = format or self.format, width = self.width or terminal.columns,
    colour = terminal.colour or false, unicode = terminal.unicode }):gsub("\n$", ""))
end

--- Shows a result, with the name that brings it back.
---@param value any
---@param label string? "_1"
---@param format string? another than the present one
function Screen:show(value, label, format)
  local text = self:text_of(value, format)
  if self.terminal and label then
    text = self:coloured(label .. " =", "dim") .. (text:find "\n" and "\n" or " ") .. text
  end
  if self.terminal then output.page(self.core, log.redact(text) .. "\n") else self:print(text) end
end

--- The screen of this process.
---@param core table
---@return Screen
function screen.open(core)
  local terminal = core.terminal()
  return setmetatable({ core = core, terminal = terminal, format = terminal and "auto" or "json" }, Screen)
end

return screen
