--- Names without regard to case, '_', '-' and '.': how every key of a manifest or configuration is
--- matched, so that the legacy CPI's names are understood too.

---@param name string "vmNamePrefix"
---@return string "vmnameprefix"
return function(name)
  return (name:lower():gsub("[_%-.]", ""))
end
