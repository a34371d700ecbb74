--- SSH keys of the account.

local sl = require "softlayer"

local ssh_key = {}

local function find(public_key)
  local filter = { sshKeys = { key = { operation = public_key } } }
  local keys, err = sl.Account:mask("id,key"):filter(filter):getSshKeys()
  if err then return nil, err end
  for _, key in ipairs(keys or {}) do
    if key.key == public_key then return key.id end
  end
  return nil
end

--- The id of a public key, which is added to the account if it is not there. The API refuses a second
--- one with the same text, so whatever an error of the creation means, a look tells.
---@param public_key string
---@param label string
---@return integer? id
---@return Error? err
function ssh_key.id_of(public_key, label)
  public_key = public_key:match("^%s*(.-)%s*$")
  local id, err = find(public_key)
  if id or err then return id, err end
  local created, failure = sl.Security_Ssh_Key:createObject { key = public_key, label = label }
  if created then return created.id end
  id, err = find(public_key)
  return id, not id and (err or failure) or nil
end

return ssh_key
