-- The account, its users, and what each may see.

local clock = require "slsim.clock"
local dates = require "slsim.dates"
local world = require "slsim.world"
local guess = require "slsim.guess"

guess("[G]", "a user without full device access sees the devices that it ordered itself, and others only as "
  .. "ObjectNotFound")
guess("[G]", "a user without NAS_MANAGE sees no volume at all")

local users = {}

users.ACCOUNT = 278444
--- Its account of object storage, as in swift://<account>@<cluster>/…
users.OBJECT_STORAGE = "SLOS278444-1"
local PERMISSIONS = { "NAS_MANAGE", "SERVER_ADD", "SERVER_CANCEL", "SERVER_UPGRADE", "INSTANCE_UPGRADE", "TICKET_ADD",
  "TICKET_EDIT", "HOSTNAME_EDIT", "REMOTE_MANAGEMENT", "SERVER_RELOAD", "PORT_CONTROL", "CUSTOMER_SSH_KEY_MANAGEMENT",
  "NETWORK_ROUTE_MANAGE", "ADD_SERVICE_STORAGE", "PUBLIC_NETWORK_COMPUTE", "SERVICE_CANCEL" }

--- All there are.
function users.permissions()
  local list = {}
  for i, name in ipairs(PERMISSIONS) do
    list[i] = world.value("User_Customer_CustomerPermission_Permission",
      { key = "P" .. i, keyName = name, name = name:gsub("_", " "):lower() })
  end
  return list
end

local function add(account, fields)
  local permissions, names = users.permissions(), {}
  if not fields.full then table.remove(permissions, 1) end -- NAS_MANAGE
  for _, permission in ipairs(permissions) do names[permission.keyName] = true end
  return world.create("User_Customer", {
    id = fields.id, username = fields.username, accountId = account.id, account = account, statusDate = nil,
    firstName = "Simulated", lastName = "User", email = fields.username .. "@example.com",
      displayName = fields.username,
    createDate = clock.time() - 900 * 86400, hasFullVirtualGuestAccessFlag = fields.full,
    hasFullHardwareAccessFlag = fields.full, permissions = permissions, timezoneId = 114, userStatusId = 1001,
    __key = fields.key, __password = fields.username .. "-password", __iam_key = fields.iam_key,
    __passcode = fields.passcode, __permissions = names, __devices = {}, __zone = dates.zone("US/Central"),
  })
end

function users.seed()
  local account = world.create("Account", {
    id = users.ACCOUNT, accountId = users.ACCOUNT, companyName = "slsim", email = "ops@example.com", firstName = "Ada",
      lastName = "Operator",
    address1 = "1 Loopback Road", city = "Dallas", country = "US", postalCode = "75001", state = "TX",
    officePhone = "555-0100", accountStatusId = 1001, brandId = 2, createDate = clock.time() - 1000 * 86400,
    statusDate = clock.time() - 1000 * 86400, isReseller = 0, modifyDate = clock.time() - 90 * 86400,
    accountStatus = world.value("Account_Status", { id = 1001, name = "Active" }),
  })
  add(account, { id = 167758, username = "sim", key = "sim-api-key", full = true,
    iam_key = "sim-iam-key", passcode = "sim-passcode" })
  add(account, { id = 167759, username = "limited", key = "limited-api-key", full = false })
  return account
end

guess("[G]", "a time zone's offset is that of its winter, as in -0600")

local WINTER = 1767225600 -- 2026-01-01

world.derive("User_Customer", {
  timezone = function(user)
    local minutes = user.__zone(WINTER) // 60
    local offset = ("%s%02d%02d"):format(minutes < 0 and "-" or "+", math.abs(minutes) // 60, math.abs(minutes) % 60)
    return world.value("Locale_Timezone", { id = user.timezoneId, name = "UTC" .. offset, shortName = "UTC" .. offset,
      longName = ("(GMT%s)"):format(offset), offset = offset })
  end,
})

function users.account() return world.get("Account", users.ACCOUNT) end

---@return table?
function users.by_name(username)
  return world.find("User_Customer", function(user) return user.username == username end)
end

---@return table?
function users.by_iam_key(key)
  return world.find("User_Customer", function(user) return user.__iam_key == key end)
end

--- Spends the passcode.
---@return table?
function users.by_passcode(passcode)
  local found = world.find("User_Customer", function(user) return user.__passcode == passcode end)
  if found then found.__passcode = nil end
  return found
end

return users
