--- The answers to Tab and to each refresh of the line.

local completion = require "repl.completion"
local prompt = require "repl.prompt"

local keys = {}

local function common_prefix(names)
  local prefix = names[1]
  for _, name in ipairs(names) do
    while name:sub(1, #prefix) ~= prefix do prefix = prefix:sub(1, -2) end
  end
  return prefix
end

local MOST = 200 -- names shown at once

local function in_columns(names, more, width)
  local longest, lines = 0, {}
  for _, name in ipairs(names) do longest = math.max(longest, #name) end
  local columns = math.max(1, width // (longest + 2))
  local shown = math.min(#names, MOST)
  for first = 1, shown, columns do
    local cells = {}
    for i = first, math.min(first + columns - 1, shown) do
      cells[#cells + 1] = names[i] .. (" "):rep(longest - #names[i])
    end
    lines[#lines + 1] = (table.concat(cells, "  "):gsub("%s+$", ""))
  end
  more = more + #names - shown
  if more > 0 then lines[#lines + 1] = ("... and %d more"):format(more) end
  return table.concat(lines, "\n")
end

--- For Tab: characters to erase, what to insert, what to list below.
---@param repl Repl
---@return fun(line: string, cursor: integer): integer, string?, string?
function keys.completer(repl)
  return function(line, cursor)
    local before = line:sub(1, cursor)
    if before:find "^%s+$" then return 0, "  " end -- indents
    local found = completion.of(repl, before, line:sub(cursor + 1))
    local names, typed = found.candidates, before:sub(found.from)
    if #names == 0 then return 0 end
    local prefix = common_prefix(names)
    if #names == 1 or #prefix > #typed then return utf8.len(typed) or #typed, prefix end
    return 0, nil, in_columns(names, found.more, repl.screen.terminal.columns)
  end
end

--- For the right of the line.
---@param repl Repl
---@return fun(line: string, cursor: integer): string?
function keys.hinter(repl)
  return function(line, cursor)
    local hint = completion.hint(repl, line:sub(1, cursor))
    local room = repl.screen.terminal.columns - prompt.width(repl) - #line - 4
    if not hint or room < 20 then return nil end
    hint = hint:gsub("\n.*", "")
    if not repl.screen.terminal.unicode then hint = hint:gsub("→", "->"):gsub("[\x80-\xff]+", "?") end
    local cut = (utf8.len(hint) or 0) > room and utf8.offset(hint, room - 2)
    if cut then hint = hint:sub(1, cut - 1) .. "..." end
    return repl.screen:coloured(hint, "dim", "\1") .. " "
  end
end

return keys
