--- The global names that a source uses, found without running it: the compiler knows them. The source is
--- compiled inside a function that has its words as locals, and those which the source takes from there are the names
--- that it does not declare itself.

local AT_ONCE = 150 -- words; a function has at most 200 locals

local keywords = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat return then true
  until while]]):gmatch "%a+" do keywords[word] = true end

local function words_of(text)
  local words, known = {}, {}
  for word in text:gmatch "[%a_][%w_]*" do
    if not keywords[word] and not known[word] then known[word], words[#words + 1] = true, word end
  end
  return words
end

-- The first line with the word as a name of its own.
local function line_of(text, word)
  local number = 0
  for line in (text .. "\n"):gmatch "(.-)\n" do
    number = number + 1
    local code = " " .. line:gsub("%-%-.*$", "")
    if code:find("[^%w_.:\"']" .. word .. "%f[^%w_]") then return number end
  end
  return 1
end

local function taken(core, text, words)
  local outer = ("local %s return function(...) %s\nend"):format(table.concat(words, ","), text)
  local compiled = core.load(outer, "=source", {})
  return compiled and core.upvalues(compiled()) or {}
end

---@param core table
---@param text string a source that compiles
---@return { name: string, line: integer }[] in the order of their first use
return function(core, text)
  local words, free = words_of(text), {}
  for first = 1, #words, AT_ONCE do
    local part = table.move(words, first, math.min(first + AT_ONCE - 1, #words), 1, {})
    for _, name in ipairs(taken(core, text, part)) do
      if name ~= "_ENV" then free[#free + 1] = { name = name, line = line_of(text, name) } end
    end
  end
  table.sort(free, function(a, b) return a.line < b.line or a.line == b.line and a.name < b.name end)
  return free
end
