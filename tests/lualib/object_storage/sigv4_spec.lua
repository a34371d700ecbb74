-- Signatures: HMAC by RFC 4231, requests by the examples that AWS publishes for S3.
local sigv4 = require "object_storage.sigv4"
local sys = require "core.sys"

local KEY = { id = "AKIAIOSFODNN7EXAMPLE", secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", region = "us-east-1",
  service = "s3" }
local EMPTY = sys.sha256 ""
local HOST = "examplebucket.s3.amazonaws.com"

local function hex(bytes) return (bytes:gsub(".", function(char) return ("%02x"):format(char:byte()) end)) end

describe("HMAC-SHA256", function()
  for expected, case in pairs {
    b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7 = { ("\x0b"):rep(20), "Hi There" },
    ["5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"] = { "Jefe", "what do ya want for nothing?" },
    ["773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"] = { ("\xaa"):rep(20), ("\xdd"):rep(50) },
    ["60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"] = { ("\xaa"):rep(131),
      "Test Using Larger Than Block-Size Key - Hash Key First" },
  } do
    it("of " .. case[2]:sub(1, 20):gsub("[^%w ]", "?"), function() assert.equal(expected, hex(sigv4.hmac(case[1], case[2]))) end)
  end
end)

describe("a signature", function()
  local function of(method, path, query, headers, body)
    local payload = body and sys.sha256(body) or EMPTY
    local all = { Host = HOST, ["X-Amz-Date"] = "20130524T000000Z", ["X-Amz-Content-Sha256"] = payload }
    for name, value in pairs(headers or {}) do all[name] = value end
    local text = sigv4.authorization({ method = method, path = path, query = query, headers = all, payload = payload }, KEY)
    return text:match "Signature=(%x+)$", text
  end

  it("of an object with a range", function()
    local signature, text = of("GET", "/test.txt", nil, { Range = "bytes=0-9" })
    assert.equal("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41", signature)
    assert.equal("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
      .. "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=" .. signature, text)
  end)
  it("of an upload", function()
    assert.equal("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd", (of("PUT", "/test%24file.text", nil,
      { Date = "Fri, 24 May 2013 00:00:00 GMT", ["x-amz-storage-class"] = "REDUCED_REDUNDANCY" }, "Welcome to Amazon S3.")))
  end)
  it("of a query", function()
    assert.equal("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543", (of("GET", "/", { lifecycle = "" })))
    assert.equal("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
      (of("GET", "/", { prefix = "J", ["max-keys"] = "2" })))
  end)
end)
