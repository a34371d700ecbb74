--- Finds secrets in texts, in every form in which a program may have written them.

local json = require "core.json"
local sys = require "core.sys"

local leaks = {}

-- The characters of the encoding that the secret alone decides, behind `before` other bytes: what
-- stays the same when everything around it changes.
local function base64_core(encode, secret, before)
  local one = encode(("\0"):rep(before) .. secret .. "\0\0\0")
  local other = encode(("\255"):rep(before) .. secret .. "\255\255\255")
  local first, last = nil, nil
  for i = 1, math.min(#one, #other) do
    local same = one:byte(i) == other:byte(i)
    if same and not first then first = i end
    if first and not same then break end
    if same then last = i end
  end
  return one:sub(first, last)
end

local function percent(text, plain)
  return (text:gsub("[^" .. plain .. "]", function(char) return ("%%%02X"):format(char:byte()) end))
end

--- All forms of a secret, by name.
---@param secret string
function leaks.forms(secret)
  local escaped = json.encode(secret):sub(2, -2)
  local forms = {
    raw = secret, json = escaped, ["json with escaped slashes"] = escaped:gsub("/", "\\/"),
    ["json in utf-8"] = secret:gsub('[\\"]', "\\%0"), flattened = secret:gsub("%c", " "),
    url = percent(secret, "%w_.~-"), ["url in lower case"] = percent(secret, "%w_.~-"):gsub("%%%x%x", string.lower),
  }
  for before = 0, 2 do
    forms["base64, alignment " .. before] = base64_core(sys.base64, secret, before)
    forms["base64url, alignment " .. before] = base64_core(sys.base64url, secret, before)
    forms["base64 of json, alignment " .. before] = base64_core(sys.base64, escaped, before)
    forms["base64url of json, alignment " .. before] = base64_core(sys.base64url, escaped, before)
  end
  return forms
end

--- Raises when one of the secrets is in the text.
---@param where string
---@param text string
---@param secrets table<string, string> name → secret
function leaks.check(where, text, secrets)
  for name, secret in pairs(secrets) do
    for form, shape in pairs(leaks.forms(secret)) do
      local at = text:find(shape, 1, true)
      if at then error(("%s shows the %s (%s): …%s…"):format(where, name, form, text:sub(math.max(1, at - 60), at + 60)), 2) end
    end
  end
end

return leaks
