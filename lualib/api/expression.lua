--- What a piece of Lua stands for at the prompt, found without running any of it: tables are read raw.
---
---     sl.Virtual_Guest:id(5):getObject    a method of a service
---     cpi.create_vm                       a script

local builders = require "api.builders"
local softlayer = require "softlayer"

local expression = {}

---@class Meaning
---@field kind "softlayer"|"service"|"builder"|"method"|"object"|"scripts"|"script"|"step"|"lua"
---@field service string? of a service, a builder or a method
---@field name string? of a builder, a method, a script or a step
---@field type string? of an object
---@field of table? a script's or a step's entry in the context
---@field value any of a Lua value

---@class Site
---@field callee Meaning?
---@field path string[] the keys that lead to a value inside the callee's argument
---@field argument integer?

local KEYWORDS = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat return then true
  until while]]):gmatch "%l+" do KEYWORDS[word] = true end

local PROXY = getmetatable(softlayer.Account)
local DEEP = 8 -- tables behind each other

--- The words of the language.
---@return table<string, boolean>
function expression.keywords() return KEYWORDS end

-- Each table in which a name is looked for, of a table and those behind it.
local function layers(object)
  local depth = 0
  return function()
    if depth > 0 then
      local behind = getmetatable(object)
      object = type(behind) == "table" and rawget(behind, "__index") or nil
    end
    depth = depth + 1
    return depth <= DEEP and type(object) == "table" and object or nil
  end
end

--- The member of a table or of one behind it.
---@param object any
---@param name any
---@return any value
function expression.member(object, name)
  for layer in layers(object) do
    local value = rawget(layer, name)
    if value ~= nil then return value end
  end
end

--- Tells of the members of a table and those behind it whose names begin with a word and can be written behind a dot.
---@param object any
---@param word string
---@param visit fun(name: string, value: any)
function expression.members(object, word, visit)
  local function fits(name)
    return name:find(word, 1, true) == 1 and name:find "^[%a_][%w_]*$" and not KEYWORDS[name]
  end
  for layer in layers(object) do
    for name, value in next, layer do
      if type(name) == "string" and fits(name) then visit(name, value) end
    end
  end
end

local function of_value(value)
  if value == nil then return nil end
  if rawequal(value, softlayer) then return { kind = "softlayer" } end
  if type(value) == "table" and rawequal(getmetatable(value), PROXY) then
    local call = rawget(value, "call")
    return { kind = "service", service = rawget(call, "service") }
  end
  return { kind = "lua", value = value }
end

local function of_root(name, context)
  if name == "sl" then return { kind = "softlayer" } end
  if name == "cpi" and context.scripts then return { kind = "scripts", of = context.scripts } end
  return of_value(expression.member(context.environment, name))
end

-- What a name behind a value means.
---@private
local members = {}

function members.softlayer(_, name)
  local known = rawget(softlayer, name)
  return known and of_value(known) or { kind = "service", service = name }
end

function members.service(meaning, name)
  return { kind = builders[name] and "builder" or "method", service = meaning.service, name = name }
end

function members.scripts(meaning, name)
  return meaning.of[name] and { kind = "script", name = name, of = meaning.of[name] }
end

function members.script(meaning, name)
  local parameters = (meaning.of.steps or {})[name]
  return parameters and { kind = "step", name = name, of = parameters }
end

function members.object(meaning, name, context)
  local property = not meaning.list and context.api and context.api:property(meaning.type, name)
  return property and { kind = "object", type = property.type, list = property.list }
end

function members.lua(meaning, name) return of_value(expression.member(meaning.value, name)) end

--- What a name behind a value means.
---@param meaning Meaning
---@param name string
---@param context CompletionContext
---@return Meaning?
function expression.step(meaning, name, context)
  local step = members[meaning.kind]
  return step and step(meaning, name, context) or nil
end

-- What calling it gives, as far as that is known.
local function called(meaning, context)
  if meaning.kind == "builder" and builders[meaning.name].refines then
    return { kind = "service", service = meaning.service }
  end
  local method = meaning.kind == "method" and context.api and context.api:method(meaning.service, meaning.name)
  if not method then return nil end
  local one = method.returns:match "^(.*)%[%]$"
  return { kind = "object", type = one or method.returns, list = one ~= nil }
end

local function indexed(meaning, key)
  if meaning.kind == "object" and meaning.list then return { kind = "object", type = meaning.type } end
  return meaning.kind == "lua" and key ~= nil and of_value(expression.member(meaning.value, key)) or nil
end

-- The only thing between brackets, if it is a constant.
local function key_between(list, opener, closer)
  local token = closer == opener + 2 and list[opener + 1]
  if token and token.kind == "string" then return token.text end
  return token and token.kind == "number" and math.tointeger(tonumber(token.text)) or nil
end

local function is_callee(token)
  return token ~= nil and (token.kind == "name" and not KEYWORDS[token.text] or token.opener ~= nil
    or token.kind == "string")
end

--- What the expression means that ends with a token.
---@param list Token[]
---@param last integer
---@param context CompletionContext
---@return Meaning?
function expression.ending(list, last, context)
  local token = list[last]
  if not is_callee(token) then return nil end
  if token.kind == "name" then
    local mark = list[last - 1] and list[last - 1].kind
    if mark ~= "." and mark ~= ":" then return of_root(token.text, context) end
    local owner = expression.ending(list, last - 2, context)
    return owner and expression.step(owner, token.text, context)
  end
  local opener = token.opener or last
  local meaning = expression.ending(list, opener - 1, context)
  if not meaning then return nil end
  if token.kind == "]" then return indexed(meaning, key_between(list, opener, last)) end
  return called(meaning, context)
end

-- The key to which a value is assigned in a table; `at` is the equals sign.
local function key_before(list, at)
  local token = list[at - 1]
  if token and token.kind == "]" then token = list[at - 2] end
  return token and (token.kind == "name" or token.kind == "string") and token.text or "?"
end

local function argument_number(list, at, opener)
  local number = 1
  for i = opener + 1, at - 1 do
    if list[i].kind == "," and list[i].inside == opener then number = number + 1 end
  end
  return number
end

--- Where a value stands that begins with a token: in the argument of which call, below which keys.
---@param list Token[]
---@param at integer
---@param context CompletionContext
---@return Site
function expression.site(list, at, context)
  local before, around = list[at - 1], list[at].inside
  local kind = before and before.kind
  if around and list[around].kind == "{" and (around == at - 1 or kind == "," or kind == ";" or kind == "=") then
    local site = expression.site(list, around, context)
    if kind == "=" then table.insert(site.path, key_before(list, at - 1)) end
    return site
  end
  if around and list[around].kind == "(" and (around == at - 1 or kind == ",") then
    return { callee = expression.ending(list, around - 1, context), path = {},
      argument = argument_number(list, at, around) }
  end
  return { callee = is_callee(before) and expression.ending(list, at - 1, context) or nil, path = {}, argument = 1 }
end

return expression
