--- What can stand at the cursor, from what the API says of itself, the scripts, and the prompt's own names. Nothing of
--- what was typed is run.
---
---     completion.of("sl.Virtual_Guest:getObj", context).candidates  --> { "getObject" }

local builders = require "api.builders"
local doc = require "api.doc"
local expression = require "api.expression"
local found_of = require "api.found"
local mask_place = require "api.mask_place"
local tokens = require "api.tokens"

local completion = {}

---@class CompletionContext
---@field api Api? nil: services and methods are unknown
---@field environment table the prompt's globals
---@field scripts table<string, { arguments: Argument[], steps: table<string, string[]> }>? what `cpi` has
---@field behind string? what stands behind the cursor
---@field commands string[]? ":help", …
---@field libraries string[]? what `require` knows
---@field most integer? candidates at most, 200 if absent

---@class Completion
---@field from integer the byte where the replaced word begins
---@field candidates string[] sorted; with more than `most`, the first ones and the last, so their common start is true
---@field more integer how many were left out
---@field hint string? what the only candidate, or the call around the cursor, takes

local function arguments_of(script)
  local texts = {}
  for i, argument in ipairs(script.arguments or {}) do
    texts[i] = ("%s%s: %s"):format(argument.name, argument.optional and "?" or "", argument.type)
  end
  return table.concat(texts, ", ")
end

---@private
local hints = {}
function hints.builder(meaning) return builders[meaning.name].hint end
function hints.script(meaning) return ("%s(%s)"):format(meaning.name, arguments_of(meaning.of)) end
function hints.step(meaning) return ("%s(%s)"):format(meaning.name, table.concat(meaning.of, ", ")) end

function hints.method(meaning, context)
  local method = context.api and context.api:method(meaning.service, meaning.name)
  return method and doc.signature(meaning.name, method)
end

local function hint_of(meaning, context)
  local hint = meaning and hints[meaning.kind]
  return hint and hint(meaning, context) or nil
end

-- The innermost call around a token whose callee is known.
local function call_hint(list, at, context)
  local around = list[at].inside
  while around do
    local hint = list[around].kind ~= "[" and hint_of(expression.ending(list, around - 1, context), context)
    if hint then return hint end
    around = list[around].inside
  end
end

-- What can stand behind a value, by its kind.
---@private
local offers = {}

function offers.softlayer(found, _, mark, context)
  if mark ~= "." then return end
  if context.api then found:sorted(context.api:services()) end
  found:add "all"
end

function offers.service(found, meaning, mark, context)
  if mark ~= ":" then return end
  if context.api then found:sorted(context.api:methods(meaning.service)) end
  found:add_keys(builders)
end

function offers.scripts(found, meaning, mark)
  if mark ~= "." then return end
  for name in pairs(meaning.of) do
    if name:find "^[%a_][%w_]*$" then found:add(name) end
  end
end

function offers.script(found, meaning, mark)
  if mark == "." then found:add_keys(meaning.of.steps) end
end

function offers.object(found, meaning, mark, context)
  if mark ~= "." or meaning.list or not context.api then return end
  found:sorted(context.api:property_names(meaning.type))
end

function offers.lua(found, meaning, mark)
  local value = type(meaning.value) == "string" and string or meaning.value
  expression.members(value, found.word, function(name, member)
    if mark == "." or type(member) == "function" then found:add(name) end
  end)
end

-- The types of what a mask or a filter is about, below a path.
local function types_below(api, types, path)
  for _, name in ipairs(path) do
    local next_types, chosen = {}, name:match "^%(([%w_]+)%)$"
    if chosen then next_types[chosen:find "^SoftLayer_" and chosen or "SoftLayer_" .. chosen] = true end
    for type in pairs(chosen and {} or types) do
      local property = api:property(type, name)
      if property then next_types[property.type] = true end
    end
    types = next_types
  end
  return types
end

-- What the methods of a service answer besides its own objects.
local function answers_of(api, service)
  local types = {}
  for _, name in ipairs(api:methods(service)) do
    local type = api:method(service, name).returns:match "^SoftLayer_[%w_]+"
    if type then types[type] = true end
  end
  return types
end

-- The type that the method behind the cursor answers, if there is one.
local function answer_behind(api, service, behind)
  for name in behind:gmatch ":(%l%w*)" do
    local method = api:method(service, name)
    if method then return method.returns:match "^SoftLayer_[%w_]+" end
  end
end

-- A mask comes before its method, so it may be about the service's own objects, or else about what some method answers.
local function offer_fields(found, service, path, context)
  local api = context.api
  if not api then return end
  local function offer(types)
    for type in pairs(types_below(api, types, path)) do found:sorted(api:property_names(type)) end
  end
  local answered = answer_behind(api, service, context.behind or "")
  if answered then return offer { [answered] = true } end
  offer { [api:type_of(service) or "?"] = true }
  if found:is_empty() or service == "Account" then offer(answers_of(api, service)) end
end

local function result(from, found, hint)
  local candidates = found and found:candidates() or {}
  return { from = from, candidates = candidates, more = found and found.more or 0, hint = hint }
end

-- The name that is meant if it is clear: the only candidate, or what was typed.
local function only(done, word) return #done.candidates == 1 and done.candidates[1] or word end

-- Behind a dot or a colon.
local function member(list, context)
  local at, word = #list, list[#list]
  local mark = list[at - 1].kind
  local owner = expression.ending(list, at - 2, context)
  local found = found_of(word.text, context)
  if owner and offers[owner.kind] then offers[owner.kind](found, owner, mark, context) end
  local done = result(word.from, found)
  local name = only(done, word.text)
  local meaning = owner and name ~= "" and expression.step(owner, name, context)
  done.hint = hint_of(meaning, context) or call_hint(list, at, context)
  return done
end

-- A key in a mask, in a filter, or among a script's named arguments; nil where none is expected.
local function key(list, context)
  local at, word = #list, list[#list]
  local around, before = word.inside, list[at - 1]
  if not around or list[around].kind ~= "{" or not (around == at - 1 or before.kind == "," or before.kind == ";") then
    return nil
  end
  local site, found = expression.site(list, around, context), found_of(word.text, context)
  local callee = site.callee
  if callee and callee.kind == "builder" and builders[callee.name].fields then
    offer_fields(found, callee.service, site.path, context)
  elseif callee and callee.kind == "script" and #site.path == 0 then
    for _, argument in ipairs(callee.of.arguments or {}) do found:add(argument.name) end
  else
    return nil
  end
  return result(word.from, found, hint_of(callee, context))
end

-- A name that begins an expression.
local function names(list, context)
  local word = list[#list]
  -- Whoever has typed nothing yet asks what the call takes.
  if word.text == "" and #list > 1 then return result(word.from, nil, call_hint(list, #list, context)) end
  local found = found_of(word.text, context)
  expression.members(context.environment, word.text, function(name) found:put(name) end)
  found:add "sl"
  if context.scripts then found:add "cpi" end
  found:add_keys(expression.keywords())
  return result(word.from, found, call_hint(list, #list, context))
end

-- In a string: a mask, a method's name for later and each, a library.
local function text(list, context)
  local at, word = #list, list[#list]
  local site = expression.site(list, at, context)
  local callee = site.callee
  if callee and callee.kind == "builder" and site.argument == 1 then
    local builder = builders[callee.name]
    if builder.method and #site.path == 0 and context.api then
      local found = found_of(word.text, context)
      found:sorted(context.api:methods(callee.service))
      return result(word.from, found, builder.hint)
    end
    local path, begun
    if builder.fields and callee.name ~= "filter" then path, begun = mask_place(word.text) end
    if path then
      local found = found_of(begun, context)
      offer_fields(found, callee.service, table.move(path, 1, #path, #site.path + 1, site.path), context)
      return result(#word.text - #begun + word.from, found)
    end
  end
  local before = list[at - 1] and list[at - 1].kind == "(" and list[at - 2] or list[at - 1]
  if before and before.kind == "name" and before.text == "require" then
    local found = found_of(word.text, context)
    for _, library in ipairs(context.libraries or {}) do found:add(library) end
    return result(word.from, found)
  end
  return result(#word.text + word.from)
end

local function code(line, context)
  local list = tokens.of(line)
  local word = list[#list]
  local before = list[#list - 1] and list[#list - 1].kind
  if word.kind == "string" then return text(list, context) end
  if word.kind == "comment" or word.kind == "number" then return result(#line + 1) end
  if before == "." or before == ":" then return member(list, context) end
  return key(list, context) or names(list, context)
end

-- `:doc` takes services without "sl.", and a dot before their methods.
local function subject(line, context)
  local api, service, mark, word = context.api, line:match "^([%w_]*)([.:]?)([%w_]*)$"
  if not api or not service or mark ~= "" and not api:type_of(service) then return nil end
  local found = found_of(mark == "" and service or word, context)
  found:sorted(mark == "" and api:services() or api:methods(service))
  local done = result(#line - #found.word + 1, found)
  if #done.candidates == 0 then return nil end
  if mark ~= "" then
    done.hint = hint_of({ kind = "method", service = service, name = only(done, word) }, context)
  end
  return done
end

-- A command, then its words.
local function command(line, context)
  local head, rest = line:match "^(:%S+%s+)(.*)$"
  if not head then
    local found = found_of(line, context)
    for _, name in ipairs(context.commands or {}) do found:add(name) end
    return result(1, found)
  end
  local done = head:find "^:doc%s" and subject(rest, context) or code(rest, context)
  done.from = done.from + #head
  return done
end

--- What can stand at the end of a line.
---@param line string the text before the cursor
---@param context CompletionContext
---@return Completion
function completion.of(line, context)
  if line:find "^:" then return command(line, context) end
  return code(line, context)
end

return completion
