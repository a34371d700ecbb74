-- Any bytes as an object mask of an account and of a guest's type: a tree or an error of the API. A tree
-- survives printing, and whatever it selects from the account can be projected and encoded.
local clock = require "slsim.clock"
local cloud = require "slsim.cloud"
local errors = require "slsim.errors"
local json  = require "core.json"
local mask  = require "slsim.mask"
local users = require "slsim.model.users"
local world = require "slsim.world"

cloud.start { speed = 0, epoch = 1.7e9, seed = 1, lag = 0, latency = 0, provision = 240, reclaim = 600 }

local CODES = { SoftLayer_Exception_Common_Parser = true, SoftLayer_Exception_WebService_ObjectMask = true }

local function equal(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b end
  for key, value in pairs(a) do
    if not equal(value, b[key]) then return false end
  end
  for key in pairs(b) do
    if a[key] == nil then return false end
  end
  return true
end

local function check_error(err)
  assert(err.status == 500 and CODES[err.code] and type(err.error) == "string", "no error of the API")
end

local function check_projection(tree)
  local ok, value = pcall(mask.project, users.account(), tree, "SoftLayer_Account", world.reader(), { date = clock.now })
  if ok then return assert(json.encode(value)) end
  if not errors.is(value) then error(value, 0) end
end

local function check(text, type_name)
  local tree, err = mask.parse(text, type_name)
  if not tree then return check_error(err) end
  local printed = mask.print(tree)
  assert(equal(tree, mask.parse(printed, type_name)), printed)
  return tree
end

return function(text)
  check(text, nil)
  check(text, "SoftLayer_Virtual_Guest")
  local tree = check(text, "SoftLayer_Account")
  if tree then check_projection(tree) end
end
