--- Call classes: what may happen to a call whose outcome is unknown. The HTTP verb says nothing
--- (GET also deletes), so one table by method name decides.
--
-- read:  changes nothing; repeated freely.
-- write: repeating it has the effect of doing it once; the caller checks what an error left behind.
-- order: buys or makes something each time it arrives: sent once, then looked for. Everything that
--        is not known to be safe is an order.

local read = {
  "^get%u", "^find%u", "^is%u", "^has%u", "^verify%u", "^check%u", "^search$", "^advancedSearch$", "^generate%u",
}

local write = {
  "^setTags$", "^setUserMetadata$", "^setBootMode$", "^editObject$", "^editObjects$", "^removeTags$",
  "^allowAccess%u", "^removeAccess%u", "^deleteObject$", "^cancel%u", "^clearRoute$", "^route$",
  "^powerOn$", "^powerOff$", "^powerOffSoft$", "^reboot%u", "^pause$", "^resume$",
}

local function matches(method, patterns)
  for _, pattern in ipairs(patterns) do
    if method:find(pattern) then return true end
  end
  return false
end

---@param method string "getObject"
---@return "read"|"write"|"order"
return function(method)
  if matches(method, read) then return "read" end
  return matches(method, write) and "write" or "order"
end
