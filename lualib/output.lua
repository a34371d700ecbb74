--- Values for people and for pipes: a list of objects is a table, an object a tree, a scalar itself; or JSON, CSV, or
--- texts as they are. No secret is in any of them.

local json = require "core.json"
local log = require "core.log"
local flat = require "output.flat"
local plain = require "output.plain"
local width = require "output.width"

local output = {}

--- The formats that `output.render` knows.
output.FORMATS = { "auto", "table", "tree", "json", "csv", "raw" }

local READING = 24 * 60 * 60 -- seconds that a person may read

local PAINT = { bold = "\27[1m", dim = "\27[2m", key = "\27[36m" }

local function painter(start)
  return function(text) return text == "" and text or start .. text .. "\27[0m" end
end

local function as_it_is(text) return text end

-- "objects", "scalars", "mixed" or "empty"
local function kind_of(list)
  local objects, scalars = 0, 0
  for _, element in ipairs(list) do
    if type(element) ~= "table" then scalars = scalars + 1 elseif flat.is_object(element) then objects = objects + 1 end
  end
  if #list == 0 then return "empty" end
  return objects == #list and "objects" or scalars == #list and "scalars" or "mixed"
end

local function line_of(value)
  if type(value) ~= "string" then return assert(json.encode(value)) end
  return (width.shown(value))
end

local function lines_of(list, text_of)
  local lines = {}
  for i, element in ipairs(list) do lines[i] = text_of(element) end
  return lines
end

-- A text as it is, anything else as JSON on one line.
local function bare(value) return type(value) == "string" and value or assert(json.encode(value)) end

---@private
local writers = {}

function writers.table(value, options)
  if json.is_array(value) and kind_of(value) == "scalars" then return lines_of(value, line_of) end
  if type(value) ~= "table" then return line_of(value) end
  return require "output.table"(json.is_array(value) and value or { value }, options)
end

function writers.tree(value, options) return require "output.tree"(value, options) end

function writers.json(value, options) return require "output.json"(value, options) end

-- The same without what a terminal obeys.
local function tame(text, options) return options.width and width.lines((text:gsub("\r\n", "\n"))) or text end

function writers.csv(value, options) return tame(require "output.csv"(value, options), options) end

function writers.raw(value, options)
  return tame(json.is_array(value) and table.concat(lines_of(value, bare), "\n") or bare(value), options)
end

function writers.auto(value, options)
  if type(value) == "string" then return width.lines(value) end
  local list = json.is_array(value) and kind_of(value)
  local fits = type(value) ~= "table" or list and list ~= "mixed"
  return writers[fits and "table" or "tree"](value, options)
end

---@class output.options
---@field format ("auto"|"table"|"tree"|"json"|"csv"|"raw")? "auto" if absent
---@field width integer? columns of the terminal; absent: it is for no terminal, and a table takes what it needs
---@field colour boolean? false if absent
---@field unicode boolean? whether the ellipsis is one character; true if absent
---@field order string[]? dotted names of columns that come first, as `output.order` has them

--- A value as text. Nothing in it moves a terminal's cursor; only `csv` and `raw` without a width, which is to say not
--- for a terminal, have texts as they are.
---
---     output.render({ { id = 5, datacenter = { name = "ams01" } } }, {})  --> "id  datacenter.name\n 5  ams01\n"
---@param value any nil and null are "null"; what is no JSON value is its text
---@param options output.options
---@return string text ends in a newline
function output.render(value, options)
  local write = writers[options.format or "auto"] or error(("'%s' is no format"):format(options.format), 2)
  local settings = { width = options.width and math.max(1, options.width), order = options.order,
    unicode = options.unicode ~= false }
  for name, start in next, PAINT do settings[name] = options.colour and painter(start) or as_it_is end
  local text = write(plain(value), settings)
  if type(text) == "table" then text = table.concat(text, "\n") end
  text = log.redact(text)
  return text:sub(-1) == "\n" and text or text .. "\n"
end

--- Prints a text for a person: through a pager if it is longer than the terminal.
---@param core table the private functions of lengine.c
---@param text string
function output.page(core, text)
  local terminal = core.terminal()
  local _, lines = text:gsub("\n", "")
  if terminal and lines >= terminal.rows then
    core.deadline(READING)
    if core.page(text) then return end
  end
  core.print(text)
end

--- The columns that an object mask asks for, in its order.
---
---     output.order "mask[id,datacenter[name]]"  --> { "id", "datacenter", "datacenter.name" }
---@param mask string
---@return string[]
function output.order(mask) return flat.order(mask) end

return output
