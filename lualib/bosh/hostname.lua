--- Hostnames: unique for each attempt, recognisable again, and valid for SoftLayer.

local errors = require "errors"

local hostname = {}

local COMFORTABLE = 55 -- longer names were provisioned without a hostname; exactly 64 breaks the guest's set-up
local LONGEST = 253
local NONCE = 13

local function check_domain(domain)
  if #domain > LONGEST - NONCE - 4 then
    return errors.cloud("The property 'domain' is too long: %d characters", #domain)
  end
  for label in (domain .. "."):gmatch("([^.]*)%.") do
    if #label > 63 or not label:find("^%w[%w-]*$") or label:find("%-$") then
      return errors.cloud("The property 'domain' is no domain name: '%s'", domain)
    end
  end
  if not domain:find("%.%a[%a]+$") then
    return errors.cloud("The property 'domain' must end in a top-level domain: '%s'", domain)
  end
end

--- prefix + "-" + nonce, the prefix cut so that hostname.domain stays within the comfortable length.
---@param prefix string
---@param nonce string 13 characters of this attempt
---@param domain string
---@return string? hostname
---@return Error? err
function hostname.make(prefix, nonce, domain)
  local err = check_domain(domain)
  if err then return nil, err end
  local clean = prefix:gsub("[^%w-]", "-"):gsub("^%-+", "")
  local room = math.max(1, COMFORTABLE - #domain - 1 - #nonce - 1)
  clean = clean:sub(1, room):gsub("%-+$", "")
  if not clean:find("%w") then
    return nil, errors.cloud("The property 'hostname_prefix' must hold a letter or a digit: '%s'", prefix)
  end
  local name = clean .. "-" .. nonce
  return #name + 1 + #domain == 64 and clean .. nonce or name
end

local MADE = "^.*%w%-?(" .. ("[a-z2-7]"):rep(NONCE) .. ")$"

--- The nonce of a hostname that may have been made here; nil for every other one.
---@param name string
---@return string?
function hostname.nonce(name) return name:match(MADE) end

local STAMPED = ("%d"):rep(8) .. "%-" .. ("%d"):rep(6) .. "%-" .. ("%d"):rep(3)

--- True of a name as the Go CPI made them: the prefix, then the time as YYYYMMDD-hhmmss-mmm.
---@param name string
---@return boolean
function hostname.is_stamped(name) return name:find(STAMPED .. "$") ~= nil or name:find(STAMPED .. "%-1$") ~= nil end

return hostname
