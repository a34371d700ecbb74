--- The names that begin with a word, as many as can be shown.

local MOST = 200 -- candidates: more are not shown at once

-- The first of sorted names that does not come before the word.
local function first_of(names, word)
  local low, high = 1, #names + 1
  while low < high do
    local middle = (low + high) // 2
    if names[middle] < word then low = middle + 1 else high = middle end
  end
  return low
end

---@class Found
---@field word string what the names begin with
---@field past string no name that begins with the word comes behind it
---@field most integer
---@field more integer how many were left out
---@field list string[]? sorted
---@field loose string[]
---@field bound string? what comes behind it cannot be shown
---@field last string the last one of those left out
---@private
local Found = {}
Found.__index = Found

-- Sorts the loose ones and keeps as many as can be shown, each once.
function Found:cut()
  local loose, unique = self.loose, {}
  table.sort(loose)
  for _, name in ipairs(loose) do
    if unique[#unique] ~= name then unique[#unique + 1] = name end
  end
  local over = #unique - self.most
  if over > 0 then
    self.more, self.last = self.more + over, unique[#unique] > self.last and unique[#unique] or self.last
    self.loose = table.move(unique, 1, self.most, 1, {})
    self.bound = self.loose[self.most]
  else
    self.loose = unique
  end
end

-- Adds one name if it begins with the word.
function Found:add(name)
  if name >= self.word and name < self.past then self:put(name) end
end

-- Adds one that does.
function Found:put(name)
  if self.bound and name > self.bound then
    self.more = self.more + 1
    if name > self.last then self.last = name end
    return
  end
  self.loose[#self.loose + 1] = name
  if #self.loose > 2 * self.most then self:cut() end
end

-- Adds those of sorted names that begin with the word, and looks at no others.
function Found:sorted(names)
  local first, last = first_of(names, self.word), first_of(names, self.past) - 1
  local shown = math.min(last, first + self.most - 1)
  local list = table.move(names, first, shown, 1, {})
  if shown < last then
    self.more = self.more + last - shown
    if names[last] > self.last then self.last = names[last] end
  end
  self:merge(list)
end

function Found:merge(list)
  if not self.list and #self.loose == 0 then
    self.list = list
  else
    for _, name in ipairs(list) do self:add(name) end
  end
end

function Found:add_keys(map)
  for name in pairs(map or {}) do self:add(name) end
end

function Found:is_empty() return #self.loose == 0 and #(self.list or {}) == 0 end

-- Everything in order, each name once; the last one is always there.
function Found:candidates()
  local list = self.list or {}
  if #self.loose > 0 then
    for _, name in ipairs(list) do self:add(name) end
    self:cut()
    list = self.loose
  end
  if self.last ~= "" and self.last > list[#list] then list[#list] = self.last end
  return list
end

--- An empty collection.
---@param word string what the names begin with
---@param context CompletionContext
---@return Found
return function(word, context)
  local most = context.most or MOST
  return setmetatable({ word = word, past = word .. "\xff", most = most, more = 0, last = "", loose = {} }, Found)
end
