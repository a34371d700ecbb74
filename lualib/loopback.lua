--- Addresses that mean "this machine", whoever reads them.

--- True for a URL of any scheme whose host is this machine.
---@param url string
---@return boolean
return function(url)
  local authority = url:match "^%a[%w+.-]*://([^/?#]*)" or ""
  local host = authority:gsub("^.*@", "")
  host = host:match "^%[([^%]]*)%]" or host:match "^[^:]*"
  return host == "localhost" or host == "::1" or host:find "^127%.%d+%.%d+%.%d+$" ~= nil
end
