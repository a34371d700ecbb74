--- The permissions of the API's user, by IBM's names. What slcpi cannot do without is a failure; which call needs the
--- others is a guess, so that they are warnings.

local row = require "doctor.row"

local permissions = {}

local ALL_GUESTS, ALL_HARDWARE = "hasFullVirtualGuestAccessFlag", "hasFullHardwareAccessFlag"

local areas = {
  { "may see servers", must = { { ALL_GUESTS, "or \"not found\" proves nothing about a VM" } } },
  { "may use storage", must = { { "NAS_MANAGE", "or every volume looks gone" } } },
  { "may order", must = { { "SERVER_ADD", "for create_vm" } },
    want = { { "ADD_SERVICE_STORAGE", "for create_disk" },
      { "PUBLIC_NETWORK_COMPUTE", "for VMs with a public side" } } },
  { "may cancel", must = { { "SERVER_CANCEL", "for delete_vm" } }, want = { { "SERVICE_CANCEL", "for delete_disk" } } },
  { "may change", want = { { "REMOTE_MANAGEMENT", "for reboot_vm" }, { "HOSTNAME_EDIT", "for tags" },
    { "SERVER_UPGRADE", "for resize_disk" }, { "NETWORK_ROUTE_MANAGE", "for vip networks" },
    { "CUSTOMER_SSH_KEY_MANAGEMENT", "for ssh keys given by text" } } },
}

local function granted(user)
  local held = { [ALL_GUESTS] = user[ALL_GUESTS] == true, [ALL_HARDWARE] = user[ALL_HARDWARE] == true }
  for _, permission in ipairs(user.permissions or {}) do held[permission.keyName] = true end
  return held
end

-- Sorts an area's names into those that are there and those that are not.
local function sort(names, held, there, missing)
  for _, pair in ipairs(names or {}) do
    local name, purpose = pair[1], pair[2]
    if held[name] then there[#there + 1] = name else missing[#missing + 1] = ("%s (%s)"):format(name, purpose) end
  end
end

local function judge(area, held)
  local there, lacking, wanting = {}, {}, {}
  sort(area.must, held, there, lacking)
  sort(area.want, held, there, wanting)
  local missing = table.move(wanting, 1, #wanting, #lacking + 1, table.move(lacking, 1, #lacking, 1, {}))
  if #missing == 0 then return row.ok(area[1], table.concat(there, ", ")) end
  local make = #lacking > 0 and row.fail or row.warn
  return make(area[1], "missing: " .. table.concat(missing, ", "), "grant it to the API's user")
end

--- One line for each area.
---@param user table of Account::getCurrentUser
---@return Row[]
function permissions.rows(user)
  local rows, held = {}, granted(user)
  for i, area in ipairs(areas) do rows[i] = judge(area, held) end
  if rows[1].status == "ok" and not held[ALL_HARDWARE] then
    rows[1].seen = ("%s; without %s, which nothing needs yet"):format(rows[1].seen, ALL_HARDWARE)
  end
  return rows
end

return permissions
