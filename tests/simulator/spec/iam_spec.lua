-- IAM's token endpoint: what it gives for what, what it refuses, and how its tokens end.
local json = require "core.json"
local path = require "slsim.path"
local raw  = require "support.raw"
local sys  = require "core.sys"
local wire = require "support.wire"

local GRANT = "urn:ibm:params:oauth:grant-type:"
local CLIENT = "Basic " .. sys.base64 "bx:bx"

local function encoded(form)
  local pairs_of = {}
  for name, value in pairs(form) do
    pairs_of[#pairs_of + 1] = name .. "=" .. value:gsub("[^%w]", function(c) return ("%%%02X"):format(c:byte()) end)
  end
  return table.concat(pairs_of, "&")
end

describe("IAM", function()
  local w
  before_each(function() w = wire.open() end)
  after_each(function() w:close() end)

  local function ask(form, headers, verb)
    headers = headers or {}
    headers["Content-Type"] = headers["Content-Type"] or "application/x-www-form-urlencoded"
    local answer = raw.send(w.sim.iam, (verb or "POST") .. " /identity/token HTTP/1.1", headers, encoded(form))
    answer.value = json.decode(answer.body)
    return answer
  end

  local function by_key(more, headers)
    local form = { grant_type = GRANT .. "apikey", apikey = "sim-iam-key" }
    for name, value in pairs(more or {}) do form[name] = value end
    return ask(form, headers)
  end

  local function status_with(token)
    local answer = w:call("GET", "SoftLayer_Account", { userpwd = false, headers = { Authorization = "Bearer " .. token } })
    return answer.status, answer.value.code
  end

  it("gives tokens for a key, with what a client needs to renew them", function()
    local answer = by_key()
    assert.equal(200, answer.status)
    local token, now = answer.value, w.sim:ask("GET", "clock")
    assert.same({ "Bearer", 3600, "ibm openid", 3600 }, { token.token_type, token.expires_in, token.scope,
      token.expiration - math.floor(require("slsim.dates").read(now.iso)) })
    assert.is_true(token.refresh_token_expiration > token.expiration)
    assert.is_string(token.refresh_token)
    assert.is_not_nil(token.access_token:find("^[%w_-]+%.[%w_-]+%.[%w_-]+$"))
    assert.equal(200, (status_with(token.access_token)))
    assert.equal(401, (status_with(token.refresh_token)))
  end)

  -- what is asked for, the user it is for
  local grants = {
    { { grant_type = GRANT .. "apikey", apikey = "sim-iam-key" }, "sim" },
    { { grant_type = "password", username = "limited", password = "limited-password" }, "limited" },
    { { grant_type = GRANT .. "passcode", passcode = "sim-passcode" }, "sim" },
  }
  for _, case in ipairs(grants) do
    it(("takes the grant type %s, with the public client and without"):format(case[1].grant_type), function()
      local token = ask(case[1], { Authorization = CLIENT }).value
      local user = w:call("GET", "SoftLayer_Account/getCurrentUser", { userpwd = false, mask = "mask[username]",
        headers = { Authorization = "Bearer " .. token.access_token } }).value
      assert.equal(case[2], user.username)
      w.sim:ask("POST", "user", { user = "sim", passcode = "sim-passcode" })
      assert.equal(200, ask(case[1]).status)
    end)
  end

  it("renews a token with its refresh token, as long as that lasts", function()
    local first = by_key().value
    w:advance(3601)
    local answer = ask({ grant_type = "refresh_token", refresh_token = first.refresh_token }, { Authorization = CLIENT })
    assert.equal(200, answer.status)
    assert.equal(200, (status_with(answer.value.access_token)))
    w:advance(31 * 86400)
    local late = ask({ grant_type = "refresh_token", refresh_token = first.refresh_token })
    assert.same({ 400, "BXNIM0408E", "Provided refresh token is expired" }, { late.status, late.value.errorCode,
      late.value.errorMessage })
  end)

  it("gives a portal token, too, to who asks for one", function()
    local token = by_key({ response_type = "cloud_iam,ims_portal" }).value
    assert.equal(200, w:call("GET", "SoftLayer_Account",
      { userpwd = ("%d:%s"):format(token.ims_user_id, token.ims_token) }).status)
    assert.is_nil(by_key({ response_type = "cloud_iam" }).value.ims_token)
  end)

  it("spends a passcode", function()
    local form = { grant_type = GRANT .. "passcode", passcode = "sim-passcode" }
    assert.equal(200, ask(form).status)
    assert.equal(400, ask(form).status)
  end)

  local form = "application/x-www-form-urlencoded"
  -- form, headers, verb; status, code, a piece of the message or of its details
  local refusals = {
    { {}, {}, nil, 400, "BXNIM0109E", "Property 'grant_type' either missing or empty." },
    { { grant_type = "" }, {}, nil, 400, "BXNIM0109E", "grant_type" },
    { { grant_type = "nonsense" }, {}, nil, 400, "BXNIM0106E", "grant_type" },
    { { grant_type = GRANT .. "apikey" }, {}, nil, 400, "BXNIM0109E", "Property 'apikey'" },
    { { grant_type = GRANT .. "apikey", apikey = "wrong" }, {}, nil, 400, "BXNIM0415E", "Provided API key could not be found" },
    { { grant_type = GRANT .. "apikey", apikey = "sim-api-key" }, {}, nil, 400, "BXNIM0415E", "could not be found" },
    { { grant_type = "refresh_token" }, {}, nil, 400, "BXNIM0109E", "Property 'refresh_token'" },
    { { grant_type = "refresh_token", refresh_token = "x" }, {}, nil, 400, "BXNIM0407E", "refresh token" },
    { { grant_type = "password", username = "sim" }, {}, nil, 400, "BXNIM0109E", "Property 'password'" },
    { { grant_type = "password", password = "x" }, {}, nil, 400, "BXNIM0109E", "Property 'username'" },
    { { grant_type = "password", username = "sim", password = "x" }, {}, nil, 401, "BXNIM0602E", "for the user 'sim' are incorrect" },
    { { grant_type = GRANT .. "passcode", passcode = "x" }, {}, nil, 400, "BXNIM0408E", "passcode" },
    { { grant_type = "password" }, { Authorization = "Basic eDp5" }, nil, 400, "BXNIM0137E", "client" },
    { { grant_type = "password" }, { Authorization = "Bearer x" }, nil, 400, "BXNIM0137E", "client" },
    { { grant_type = "password" }, { ["Content-Type"] = "application/json" }, nil, 415, "BXNIM0060E", "HTTP 415" },
    { { grant_type = "password" }, { ["Content-Type"] = form .. "x" }, nil, 415, "BXNIM0060E", "HTTP 415" },
    { { grant_type = "password" }, {}, "PUT", 405, "BXNIM0060E", "HTTP 405 Method Not Allowed" },
    { { grant_type = "password" }, {}, "GET", 405, "BXNIM0060E", "HTTP 405" },
  }
  for i, case in ipairs(refusals) do
    it(("refuses case %d with %d %s"):format(i, case[4], case[5]), function()
      local answer = ask(case[1], case[2], case[3])
      assert.same({ case[4], case[5], "application/json" }, { answer.status, answer.value.errorCode,
        answer.headers["content-type"] })
      local said = answer.value.errorMessage .. (answer.value.errorDetails or "")
      assert.is_not_nil(said:find(case[6], 1, true), said)
      assert.is_string(answer.value.context.requestId)
    end)
  end

  it("takes parameters of the content type", function()
    assert.equal(200, by_key(nil, { ["Content-Type"] = form .. "; charset=UTF-8" }).status)
  end)

  it("gives nothing to a user that is disabled, whose tokens end, too", function()
    local token = by_key().value
    w.sim:ask("POST", "user", { user = "sim", disabled = true })
    assert.equal(401, (status_with(token.access_token)))
    local answer = by_key()
    assert.same({ 400, "BXNIM0410E" }, { answer.status, answer.value.errorCode })
  end)

  it("lets tokens last as long as it is told", function()
    w.sim:ask("POST", "settings", { token_seconds = 10 })
    local token = by_key().value
    assert.equal(10, token.expires_in)
    w:advance(9)
    assert.equal(200, (status_with(token.access_token)))
    w:advance(1)
    assert.same({ 500, "SoftLayer_Exception_Account_Authentication_AccessTokenValidation" }, { status_with(token.access_token) })
  end)

  it("ends every access token by hand, and no refresh token", function()
    local token = by_key().value
    w.sim:ask("POST", "expire-tokens", {})
    assert.equal(500, (status_with(token.access_token)))
    assert.equal(200, ask({ grant_type = "refresh_token", refresh_token = token.refresh_token }).status)
  end)

  it("journals every request, its secrets as digests", function()
    by_key()
    ask { grant_type = "password", username = "sim", password = "wrong-password" }
    ask { grant_type = "refresh_token", refresh_token = "wrong-refresh" }
    ask { grant_type = GRANT .. "passcode", passcode = "wrong-passcode" }
    ask({}, nil, "GET")
    local calls = w.sim:journal "token"
    assert.equal(5, #calls)
    assert.same({ "IAM", "token", GRANT .. "apikey", 200, "POST" },
      { calls[1].service, calls[1].method, calls[1].arguments[1], calls[1].status, calls[1].verb })
    assert.same({ "password", 401, "BXNIM0602E" }, { calls[2].arguments[1], calls[2].status, calls[2].code })
    local text = json.encode(calls)
    for _, secret in ipairs { "sim-iam-key", "wrong-password", "wrong-refresh", "wrong-passcode" } do
      assert.is_nil(text:find(secret, 1, true), secret)
      assert.is_not_nil(text:find(sys.sha256(secret), 1, true), secret)
    end
  end)

  it("can be spoiled like the API", function()
    w.sim:fault "IAM.token nth=2 do=html status=503"
    assert.same({ 200, 503, 200 }, { by_key().status, by_key().status, by_key().status })
    assert.equal("1 html", w.sim:journal "token"[2].fault)
  end)

  it("takes its lifetime from the command line", function()
    local brief = wire.open { "--token-seconds=7" }
    local answer = raw.send(brief.sim.iam, "POST /identity/token HTTP/1.1", { ["Content-Type"] = form },
      encoded { grant_type = GRANT .. "apikey", apikey = "sim-iam-key" })
    assert.equal(7, json.decode(answer.body).expires_in)
    brief:close()
  end)

  it("reads forms as browsers write them", function()
    local _, fields = path.split "?a=b+c%2Bd&e="
    assert.same({ a = "b c+d", e = "" }, fields)
  end)
end)
