-- The webhook of a transient guest: a signed POST about two minutes before its reclaim.

local clock  = require "slsim.clock"
local errors = require "slsim.errors"
local guess  = require "slsim.guess"
local hooks  = require "slsim.hooks"
local json   = require "core.json"
local random = require "slsim.random"
local sys    = require "core.sys"
local world  = require "slsim.world"

guess("[G]", "a webhook is delivered once, over http only, and its answer is ignored; the texts of the refusals")

local webhook = {}

local TYPE, AGENT = "application/json", "IBM Cloud Webhook Service"
local CLASS = "SoftLayer_Virtual_Guest_Citrix_XenServer_Version41"

local function unhex(text) return (text:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end)) end

local function masked(key, byte)
  return (key:gsub(".", function(char) return string.char(char:byte() ~ byte) end))
end

local function hmac(key, text)
  if #key > 64 then key = unhex(sys.sha256(key)) end
  key = key .. ("\0"):rep(64 - #key)
  return sys.sha256(masked(key, 0x5c) .. unhex(sys.sha256(masked(key, 0x36) .. text)))
end

---@return string? host, string port, string path
local function located(uri)
  local authority, path = tostring(uri):match("^http://([^/]+)(.*)$")
  if not authority then return nil, "", "" end
  local host, port = authority:match("^(.-):(%d+)$")
  return host or authority, port or "80", path ~= "" and path or "/"
end

---@param guest table
---@param secret string
function webhook.set(guest, uri, secret)
  if not guest.transientGuestFlag then errors.public("A webhook can only be set for a transient guest.") end
  if not located(uri) and not tostring(uri):find("^https://[^/]") then errors.invalid("uri", "The URI is not valid.") end
  if secret == "" then errors.invalid("secret", "A secret must be provided.") end
  guest.transientWebhookURI = world.value("Virtual_Guest_Attribute", { value = uri, guest = guest,
    type = world.value("Virtual_Guest_Attribute_Type", { keyname = "TRANSIENT_WEBHOOK_URI", name = "Transient Webhook URI" }) })
  guest.__webhook_secret = secret
end

local function needed(guest)
  if not guest.transientWebhookURI then errors.public("The guest has no webhook.") end
end

function webhook.delete(guest)
  needed(guest)
  guest.transientWebhookURI, guest.__webhook_secret = nil, nil
end

local function request(guest, event, class)
  local host, port, path = located(guest.transientWebhookURI.value)
  if not host then return nil end
  local id, time, nonce = ("%d"):format(guest.id), clock.time(), random.hex(32)
  local link = ("https:\\/\\/api.softlayer.com\\/rest\\/v3\\/SoftLayer_Virtual_Guest\\/%s.json"):format(id)
  local body = ('{"id":%s,"serviceName":%s,"event":%s,"timestamp":%d,"link":"%s"}'):format(json.encode(id), json.encode(class),
    json.encode(event), time, link)
  local signature = hmac(guest.__webhook_secret, "POST" .. TYPE .. id .. class .. event .. time .. nonce)
  return host, port, table.concat({ ("POST %s HTTP/1.1"):format(path), "Host: " .. host, "Content-Type: " .. TYPE,
    "User-Agent: " .. AGENT, "Authorization: " .. sys.base64(signature), "X-IBM-Nonce: " .. nonce,
    "Content-Length: " .. #body, "Connection: close", "", body }, "\r\n")
end

local function send(guest, event, class)
  local host, port, bytes = request(guest, event, class)
  if host then hooks.post(guest, host, port, bytes) end
end

--- Sends what a reclaim would send.
function webhook.test(guest)
  needed(guest)
  send(guest, "reclaim-scheduled-test", "SoftLayer_Virtual_Guest")
end

--- Announces the reclaim, if there is anyone to hear it.
function webhook.announce(guest)
  if guest.transientWebhookURI then send(guest, "reclaim-scheduled", CLASS) end
end

return webhook
