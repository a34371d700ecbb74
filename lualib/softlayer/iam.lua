--- IAM access tokens: an IBM Cloud API key is exchanged for a token of about an hour at the IAM
--- endpoint (form grant "apikey"). The token is shared by all requests with that key through a file of
--- the state directory, readable by its owner alone.

local errors = require "errors"
local json = require "core.json"
local kept_file = require "kept_file"
local log = require "core.log"
local percent = require "percent"
local sys = require "core.sys"
local wait = require "wait"

local iam = {}

iam.ENDPOINT = "https://iam.cloud.ibm.com/identity/token"

local MARGIN = 300 -- seconds before its end in which a token is used no more
local PATIENCE = 60 -- seconds for another process that fetches one

local function refusal_of(answer)
  local document = json.decode(answer.body)
  local says = type(document) == "table" and (document.errorMessage or document.errorDescription)
  return errors.new { kind = "api", status = answer.status, words = says or "",
    message = ("IAM gives no token for softlayer.api_key: %s (HTTP %d%s)"):format(says or "no explanation",
      answer.status, type(document) == "table" and document.errorCode and ", " .. document.errorCode or "") }
end

-- A stop ends the call for which the token is. Other trouble on the way, a 429 and a 5xx say nothing about
-- the key: the session repeats that call, and nothing of it was sent.
local function failure_of(answer)
  local err = answer.err
  if not err then
    err = refusal_of(answer)
    if answer.status ~= 429 and answer.status < 500 then return err end
    err.kind, err.retry_after = "transport", answer.retry_after
  elseif err.kind == "interrupted" then -- by the deadline or by a signal
    err = errors.stopped(sys.interrupted() and "signal" or "deadline", "asking IAM for a token")
    err.stopped = true
  else
    err = errors.new { kind = err.kind == "refused" and "refused" or "transport", message = "IAM: " .. err.message }
  end
  return err
end

local function ask(client, request)
  local answer = client:send({ request })[1]
  if answer.err or answer.status ~= 200 then return nil, failure_of(answer) end
  return answer.body
end

local function exchange(options)
  local http = require "core.http" -- loads libcurl; most requests find a token on file
  local client, complaint = http.client { ca_file = options.ca_file, proxy = options.proxy,
    user_agent = options.user_agent }
  if not client then return nil, errors.cloud("%s", complaint.message) end
  local open <close> = client
  local body, err = ask(open, { url = options.iam_endpoint or iam.ENDPOINT, method = "POST",
    headers = { ["Content-Type"] = "application/x-www-form-urlencoded", Accept = "application/json" },
    body = ("grant_type=%s&response_type=cloud_iam&apikey=%s"):format(
      percent.encode "urn:ibm:params:oauth:grant-type:apikey", percent.encode(options.api_key)) })
  if not body then return nil, err end
  local document = json.decode(body)
  local text = type(document) == "table" and document.access_token
  local lasts = type(document) == "table" and tonumber(document.expires_in)
  if type(text) ~= "string" or text == "" or not lasts then
    return nil, errors.new { kind = "transport", message = "IAM answered, but without a token" }
  end
  log.secret(text)
  return { text = text, expires_at = sys.now() + lasts }
end

local function usable(token) return token and token.expires_at - MARGIN > sys.now() end

-- Several accounts may share a directory.
local function file_of(options)
  return options.directory and ("%s/iam-token-%s"):format(options.directory, sys.nonce(options.api_key):sub(1, 8))
end

-- The file holds a digest of the key, so that a token of another key is not taken for this one's.
local function stored(path, api_key)
  local document = path and kept_file.read(path)
  if not document or document.key ~= sys.sha256(api_key) then return nil end
  log.secret(document.token)
  return { text = document.token, expires_at = document.expires_at }
end

local function store(path, token, api_key)
  local done, message = kept_file.write(path, { token = token.text, expires_at = token.expires_at,
    key = sys.sha256(api_key) })
  if not done then log.warn("the IAM token is not kept: %s", message) end
end

-- One process fetches a token, the others wait for it; where that cannot be, each fetches its own.
local function lock(path)
  return wait { what = "the IAM token that another process fetches", at_most = PATIENCE, function()
    local handle, message, code = sys.lock(path .. ".lock")
    if handle then return handle end
    if code == "EWOULDBLOCK" or code == "EAGAIN" then return false end
    return nil, errors.cloud("%s", message)
  end }
end

--- A token for the API key: the stored one, or a new one.
---@param options table { api_key =, directory = where to keep it?, iam_endpoint?, ca_file?, proxy?, user_agent? }
---@param spent string? a token that the API took no more, so not this one
---@return table? token { text =, expires_at = on sys.now() }
---@return Error? err
function iam.token(options, spent)
  local path = file_of(options)
  local function known()
    local token = stored(path, options.api_key)
    return usable(token) and token.text ~= spent and token
  end
  local token = known()
  if token then return token end
  if not path then return exchange(options) end
  local held <close> = lock(path) -- luacheck: ignore 211
  token = known()
  if token then return token end
  local err
  token, err = exchange(options)
  if token then store(path, token, options.api_key) end
  return token, err
end

return iam
