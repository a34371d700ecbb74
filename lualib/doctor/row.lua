--- What a check found, as a line of `slcpi doctor`.

local row = {}

---@class Row
---@field status "ok"|"warn"|"fail"
---@field check string
---@field seen string
---@field advice string? what to do if it is not ok

local function maker(status)
  return function(check, seen, advice) return { status = status, check = check, seen = seen, advice = advice } end
end

---@type fun(check: string, seen: string): Row
row.ok = maker "ok"
---@type fun(check: string, seen: string, advice: string?): Row
row.warn = maker "warn"
---@type fun(check: string, seen: string, advice: string?): Row
row.fail = maker "fail"

return row
