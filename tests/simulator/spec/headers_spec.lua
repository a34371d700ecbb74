-- What stands around an answer: headers, packing, TLS.
local folder = require "support.folder"
local json   = require "core.json"
local raw    = require "support.raw"
local wire   = require "support.wire"

local function get(path) return ("GET /rest/v3.1/%s HTTP/1.1"):format(path) end

describe("the headers", function()
  local w
  setup(function() w = wire.open() end)
  teardown(function() w:close() end)

  local function send(line, headers, body)
    headers = headers or {}
    headers.Authorization = headers.Authorization or wire.SIM
    return raw.send(w.sim.url, line, headers, body)
  end

  it("of every answer are those of the API", function()
    for _, path in ipairs { "SoftLayer_Account.json", "SoftLayer_Virtual_Guest/1.json", "SoftLayer_Nonsense.json" } do
      local headers = send(get(path)).headers
      assert.same({ "application/json", "Apache", "Accept-Encoding", "SAMEORIGIN" },
        { headers["content-type"], headers.server, headers.vary, headers["x-frame-options"] })
      assert.is_nil(headers["strict-transport-security"])
      assert.is_nil(headers.location)
    end
  end)

  it("ask for credentials with a 401 and only then", function()
    local refused = send(get "SoftLayer_Account.json", { Authorization = "Basic eDp5" })
    assert.same({ 401, 'Basic realm="SoftLayer API"' }, { refused.status, refused.headers["www-authenticate"] })
    assert.is_nil(send(get "SoftLayer_Account.json").headers["www-authenticate"])
  end)

  it("count the elements of lists and of nothing else", function()
    assert.equal("1", send(get "SoftLayer_Account/getSshKeys").headers["softlayer-total-items"])
    assert.equal("0", send(get "SoftLayer_Account/getVirtualGuests").headers["softlayer-total-items"])
    assert.is_nil(send(get "SoftLayer_Account").headers["softlayer-total-items"])
    assert.is_nil(send(get "SoftLayer_Account/getNonsense").headers["softlayer-total-items"])
  end)

  it("of createObject name the new object", function()
    local made = send("POST /rest/v3.1/SoftLayer_Virtual_Guest.json HTTP/1.1", nil,
      json.encode { parameters = json.array { wire.template() } })
    assert.equal(201, made.status)
    assert.equal(("%s/SoftLayer_Virtual_Guest/%d/getObject"):format(w.sim.url, json.decode(made.body).id), made.headers.location)
  end)

  it("name the version that was asked", function()
    local made = send("POST /rest/v3/SoftLayer_Virtual_Guest.json HTTP/1.1", nil,
      json.encode { parameters = json.array { wire.template() } })
    assert.is_not_nil(made.headers.location:find("/rest/v3/SoftLayer_Virtual_Guest/%d+/getObject$"))
  end)

  -- Accept-Encoding, whether the answer is packed
  local codings = {
    { "gzip", true }, { "gzip, deflate, compress", true }, { "deflate, gzip;q=1.0, *;q=0.5", true }, { "GZIP", true },
    { "x-gzip", true }, { "*", true }, { "gzip;q=0.001", true },
    { "identity", false }, { "deflate", false }, { "br", false }, { "gzip;q=0", false }, { "*;q=0", false },
    { "gzip; q=0.0, *", false }, { "", false },
  }
  for _, case in ipairs(codings) do
    it(("%s packed for '%s'"):format(case[2] and "are" or "are not", case[1]), function()
      local answer = send(get "SoftLayer_Location/getDatacenters", { ["Accept-Encoding"] = case[1] })
      assert.equal(case[2] and "gzip" or nil, answer.headers["content-encoding"])
      assert.equal(("%d"):format(#answer.body), answer.headers["content-length"])
      assert.equal(case[2], json.decode(answer.body) == nil)
    end)
  end

  it("are not packed for who says nothing, errors are for who allows it", function()
    assert.is_nil(send(get "SoftLayer_Account").headers["content-encoding"])
    local answer = send(get "SoftLayer_Account/nonsense", { ["Accept-Encoding"] = "gzip" })
    assert.same({ 404, "gzip" }, { answer.status, answer.headers["content-encoding"] })
  end)

  it("packs what another program unpacks, also when it is large", function()
    local at = folder.open()
    local line = get "SoftLayer_Product_Package/getAllObjects?objectMask=mask[items[prices]]"
    local plain = send(line).body
    local packed = at:write("packed.gz", send(line, { ["Accept-Encoding"] = "gzip" }).body)
    assert.is_true(#plain > 100000)
    assert(os.execute("gzip -dc " .. packed .. " >" .. at.path .. "/plain"))
    assert.equal(plain, folder.read(at.path .. "/plain"))
    at:close()
  end)

  it("packs the API's description, too, and no control route", function()
    local allowed = { ["Accept-Encoding"] = "gzip" }
    assert.equal("gzip", send("GET /metadata/v3.1 HTTP/1.1", allowed).headers["content-encoding"])
    assert.is_nil(send("GET /control/clock HTTP/1.1", allowed).headers["content-encoding"])
  end)

  it("packs what a fault made of the document, and leaves alone what it did to the bytes", function()
    w.sim:fault "Account.getObject nth=1 do=truncate"
    w.sim:fault "Account.getObject nth=1 do=torn at=20"
    local cut = send(get "SoftLayer_Account", { ["Accept-Encoding"] = "gzip" })
    assert.equal("gzip", cut.headers["content-encoding"])
    local torn = send(get "SoftLayer_Account", { ["Accept-Encoding"] = "gzip" })
    assert.same({ nil, 20 }, { torn.headers["content-encoding"], #torn.body })
  end)

  it("of the metadata service are the API's, and so is its dialect", function()
    local id = w:guest { userData = json.array { { value = "a/b" } } }
    local base = ("GET /metadata/%d/rest/v3.1/SoftLayer_Resource_Metadata/"):format(id)
    local function ask(method) return raw.send(w.sim.url, base .. method .. " HTTP/1.1", { ["Accept-Encoding"] = "identity" }) end
    local quoted = ask "getUserMetadata.json"
    assert.same({ 200, [["a\/b"]], "Apache", "Accept-Encoding" },
      { quoted.status, quoted.body, quoted.headers.server, quoted.headers.vary })
    assert.same({ "a/b", "text/plain" }, { ask "getUserMetadata.txt".body, ask "getUserMetadata.txt".headers["content-type"] })
    assert.equal(quoted.body, ask "UserMetadata".body)
    assert.equal(404, ask "getNonsense.json".status)
    assert.equal("gzip", raw.send(w.sim.url, base .. "getId HTTP/1.1", { ["Accept-Encoding"] = "gzip" })
      .headers["content-encoding"])
    local own = w:get(("SoftLayer_Virtual_Guest/%d"):format(id)).primaryBackendIpAddress
    assert.equal(("%d"):format(id), raw.send(w.sim.url, get "SoftLayer_Resource_Metadata/getId.json",
      { ["X-Sim-Source-Ip"] = own }).body)
    assert.equal(404, raw.send(w.sim.url, get "SoftLayer_Resource_Metadata/getId.json").status)
  end)

  it("promise TLS for a year under TLS", function()
    local at = folder.open()
    local cert, key = at.path .. "/cert.pem", at.path .. "/key.pem"
    assert(os.execute(("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1 "
      .. "-keyout %s -out %s 2>/dev/null"):format(key, cert)))
    local secure = wire.open { ("--tls=%s,%s"):format(cert, key) }
    local answer = raw.send(secure.sim.url, get "SoftLayer_Account.json", { Authorization = wire.SIM })
    assert.same({ 200, "max-age=31536000; includeSubDomains" }, { answer.status, answer.headers["strict-transport-security"] })
    secure:close()
    at:close()
  end)
end)
