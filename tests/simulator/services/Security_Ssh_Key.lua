-- SSH keys of the account.

local clock  = require "slsim.clock"
local errors = require "slsim.errors"
local events = require "slsim.model.events"
local guess  = require "slsim.guess"
local host   = require "slsim.host"
local sys    = require "core.sys"
local world  = require "slsim.world"

guess("[G]", "an SSH key is valid if it has a known type and a base64 blob that names the same type; the text "
  .. "of its refusal")
guess("[G]", "two SSH keys are equal if their blobs are, whatever their comments")

local KINDS = { ["ssh-rsa"] = true, ["ssh-dss"] = true, ["ssh-ed25519"] = true, ["ecdsa-sha2-nistp256"] = true,
  ["ecdsa-sha2-nistp384"] = true, ["ecdsa-sha2-nistp521"] = true }

local function blob_of(text)
  local kind, encoded = tostring(text):match("^%s*(%S+)%s+(%S+)")
  local blob = KINDS[kind] and sys.unbase64(encoded)
  if not blob or #blob < 4 + #kind or blob:sub(5, 4 + #kind) ~= kind then
    errors.public("The SSH key is not valid.")
  end
  return blob
end

local function fingerprint(blob)
  return (host.md5(blob):gsub("(%x%x)", "%1:", 15))
end

local function create(_, call, fields)
  if type(fields.key) ~= "string" or type(fields.label) ~= "string" then
    errors.raise("MissingCreationProperty",
      "Properties label, key ALL must be set to create an instance of 'SoftLayer_Security_Ssh_Key'.")
  end
  local print_of = fingerprint(blob_of(fields.key))
  local same = world.find("Security_Ssh_Key", function(key)
    return key.fingerprint == print_of and key.accountId == call.user.accountId
  end)
  if same then errors.public("SSH key already exists.") end
  local key = world.create("Security_Ssh_Key", { accountId = call.user.accountId, createDate = clock.time(),
    modifyDate = nil,
    fingerprint = print_of, key = fields.key, label = fields.label,
    notes = type(fields.notes) == "string" and fields.notes or nil })
  events.log(call, "Add SSH Key", "SSH Key", key)
  return key
end

return { methods = {
  createObject = { static = true, args = "templateObject:object", returns = "Security_Ssh_Key", run = create },
  editObject = { args = "templateObject:object", run = function(key, call, fields)
    if type(fields.label) == "string" then key.label = fields.label end
    if type(fields.notes) == "string" then key.notes = fields.notes end
    key.modifyDate = clock.time()
    events.log(call, "Edit SSH Key", "SSH Key", key)
    return true
  end },
  deleteObject = { run = function(key, call)
    world.remove(key)
    events.log(call, "Delete SSH Key", "SSH Key", key)
    return true
  end },
} }
