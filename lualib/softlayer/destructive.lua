--- Calls that destroy something: a person is asked before one is sent.

local patterns = { "^delete%u", "^cancel%u", "^reload%u", "^reclaim", "^destroy", "^void%u" }

--- Whether a method destroys what it is called of.
---@param method string "deleteObject"
---@return boolean
return function(method)
  for _, pattern in ipairs(patterns) do
    if method:find(pattern) then return true end
  end
  return false
end
