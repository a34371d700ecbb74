--- What becomes of a file's text: cut anywhere, its rest zeros, any byte another one.

--- Calls `check` with each damaged text; returns how many there were.
---@param text string
---@param check fun(damaged: string, what: string)
---@return integer
return function(text, check)
  local n = 0
  local function try(damaged, what, at)
    if damaged == text then return end
    n = n + 1
    check(damaged, ("%s at byte %d of %d"):format(what, at, #text))
  end
  for at = 1, #text do
    local before, byte, after = text:sub(1, at - 1), text:byte(at), text:sub(at + 1)
    try(before, "cut", at)
    try(before .. ("\0"):rep(#text - at + 1), "zeros", at)
    try(before .. after, "a missing byte", at)
    for _, bit in ipairs { 0, 5, 7 } do try(before .. string.char(byte ~ (1 << bit)) .. after, "bit " .. bit, at) end
  end
  return n
end
