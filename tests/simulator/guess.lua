-- The register of behaviours that no source states: each is declared where it is implemented, and
-- `slsim --guesses` prints them all.

local guess = { all = {} }

---@param tag string source tag: "[G]" an inference, "[I]" an issue, …
---@param text string what is assumed
function guess.add(tag, text)
  guess.all[#guess.all + 1] = { tag, text }
end

---@param list table[] `{ {tag, text}, … }` as the dialect modules keep them
function guess.take(list)
  for _, entry in ipairs(list or {}) do guess.add(entry[1], entry[2]) end
end

function guess.print()
  for _, entry in ipairs(guess.all) do print(entry[1] .. " " .. entry[2]) end
end

return setmetatable(guess, { __call = function(_, tag, text) guess.add(tag, text) end })
