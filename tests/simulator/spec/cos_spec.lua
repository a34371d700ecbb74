-- COS: who may call, what its operations answer, uploads in parts, and how faults look.
local json    = require "core.json"
local objects = require "support.objects"
local raw     = require "support.raw"
local s3      = require "support.s3"
local sys     = require "core.sys"
local wire    = require "support.wire"

local MIB = 1 << 20

local function md5(text)
  local name = os.tmpname()
  local file = assert(io.open(name, "wb"))
  file:write(text)
  file:close()
  local pipe = assert(io.popen("md5sum " .. name))
  local sum = pipe:read("a"):match("^%x+")
  pipe:close()
  os.remove(name)
  return sum
end

local function bytes(hex)
  return (hex:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end))
end

-- Content-MD5 as it stands in a header.
local function md5_header(text) return sys.base64(bytes(md5(text))) end

describe("the signer of these specs", function()
  it("signs AWS's documented example as AWS does", function()
    local _, signature = s3.authorization { verb = "GET", path = "/test.txt", region = "us-east-1", key = "AKIAIOSFODNN7EXAMPLE",
      secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", headers = { host = "examplebucket.s3.amazonaws.com",
        range = "bytes=0-9", ["x-amz-content-sha256"] = sys.sha256 "", ["x-amz-date"] = "20130524T000000Z" } }
    assert.equal("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41", signature)
  end)
end)

describe("COS", function()
  local w
  before_each(function() w = wire.open() end)
  after_each(function() w:close() end)

  local function send(verb, path, options) return s3.send(w.sim, verb, path, options) end
  local function put(key, body) return send("PUT", "/stemcells/" .. key, { body = body }) end
  local function refused(answer) return answer.status, s3.text(answer, "Code") end

  -- options of a request for an object, status, code
  local callers = {
    { {}, 200 },
    { { payload = "UNSIGNED-PAYLOAD" }, 200 },
    { { headers = { ["x-amz-meta-b"] = "1", range = "bytes=0-" } }, 206 },
    { { query = { versions = "a b/c+d=e&f" } }, 501, "NotImplemented" },
    { { secret = "wrong" }, 403, "SignatureDoesNotMatch" },
    { { key = "unknown" }, 403, "InvalidAccessKeyId" },
    { { at = sys.now() - 1000 }, 403, "RequestTimeTooSkewed" },
    { { at = sys.now() + 1000 }, 403, "RequestTimeTooSkewed" },
    { { at = sys.now() - 800 }, 200 },
    { { payload = sys.sha256 "other" }, 400, "XAmzContentSHA256Mismatch" },
    { { payload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" }, 501, "NotImplemented" },
    { { unsigned = { ["x-amz-meta-late"] = "1" } }, 403, "AccessDenied" },
    { { unsigned = { ["x-amz-date"] = "20130524T000000Z" } }, 400, "AuthorizationHeaderMalformed" },
    { { unsigned = { Authorization = "AWS4-HMAC-SHA256 Credential=sim-access-key/x, SignedHeaders=host, Signature=0" } }, 400,
      "AuthorizationHeaderMalformed" },
    { { unsigned = { Authorization = "Bearer nonsense" } }, 403, "AccessDenied" },
    { { unsigned = { Authorization = "AWS sim-access-key:x" } }, 400, "InvalidArgument" },
  }
  it("knows its callers", function()
    assert.equal(200, put("a/object", "text").status)
    for i, case in ipairs(callers) do
      local status, code = refused(send("GET", "/stemcells/a/object", case[1]))
      assert.same({ i, case[2], case[3] }, { i, status, code })
    end
    assert.same({ 403, "AccessDenied" }, { refused(raw.send(w.sim.cos, "GET /stemcells/a/object HTTP/1.1")) })
  end)

  it("takes IAM's tokens as long as they last", function()
    local token = objects.token(w.sim)
    local function get(path, headers)
      headers = headers or {}
      headers.Authorization = "Bearer " .. token
      return raw.send(w.sim.cos, ("GET %s HTTP/1.1"):format(path), headers)
    end
    assert.equal(200, get("/stemcells").status)
    assert.same({ 400, "InvalidRequest" }, { refused(get("/")) })
    assert.equal("stemcells", s3.text(get("/", { ["ibm-service-instance-id"] = "crn" }), "Name"))
    w:advance(3601)
    assert.same({ 403, "AccessDenied" }, { refused(get("/stemcells")) })
  end)

  it("takes addresses that are signed, until they expire", function()
    put("signed", "text")
    local function fetch(seconds, at, verb)
      local where = s3.presigned(w.sim, "GET", "/stemcells/signed", seconds, at)
      return raw.send(w.sim.cos, ("%s %s HTTP/1.1"):format(verb or "GET", where))
    end
    assert.equal("text", fetch(60, sys.now()).body)
    assert.same({ 403, "AccessDenied" }, { refused(fetch(60, sys.now() - 100)) })
    assert.same({ 403, "SignatureDoesNotMatch" }, { refused(fetch(60, sys.now(), "DELETE")) })
  end)

  it("keeps an object with what was said of it, and gives pieces of it", function()
    local body = ("0123456789"):rep(1000)
    local answer = send("PUT", "/stemcells/a%20b/%C3%BC", { body = body, headers = { ["x-amz-meta-who"] = "me",
      ["content-type"] = "text/x", ["content-md5"] = md5_header(body) } })
    assert.same({ 200, '"' .. md5(body) .. '"' }, { answer.status, answer.headers.etag })
    local head = send("HEAD", "/stemcells/a%20b/%C3%BC")
    assert.same({ 200, "10000", "text/x", "me", "" },
      { head.status, head.headers["content-length"], head.headers["content-type"], head.headers["x-amz-meta-who"], head.body })
    for range, wanted in pairs { ["bytes=5-9"] = "56789", ["bytes=9998-"] = "89", ["bytes=-3"] = "789", ["bytes=9999-20000"] = "9" } do
      local piece = send("GET", "/stemcells/a%20b/%C3%BC", { headers = { range = range } })
      assert.same({ 206, wanted }, { piece.status, piece.body }, range)
    end
    assert.same({ 416, "InvalidRange" }, { refused(send("GET", "/stemcells/a%20b/%C3%BC", { headers = { range = "bytes=10000-" } })) })
    assert.equal(body, send("GET", "/stemcells/a%20b/%C3%BC", { headers = { ["accept-encoding"] = "gzip" } }).body)
    assert.same({ { service = "COS", container = "stemcells", key = "a b/ü", bytes = 10000, etag = md5(body) } },
      w.sim:inventory().objects)
    assert.equal(204, send("DELETE", "/stemcells/a%20b/%C3%BC").status)
    assert.equal(204, send("DELETE", "/stemcells/a%20b/%C3%BC").status)
    assert.same({ 404, "NoSuchKey" }, { refused(send("GET", "/stemcells/a%20b/%C3%BC")) })
  end)

  -- verb, path, options, status, code
  local refusals = {
    { "GET", "/nowhere", {}, 404, "NoSuchBucket" },
    { "PUT", "/nowhere/x", { body = "x" }, 404, "NoSuchBucket" },
    { "PUT", "/stemcells", {}, 409, "BucketAlreadyExists" },
    { "PUT", "/Stem_Cells", {}, 400, "InvalidBucketName" },
    { "POST", "/stemcells", {}, 405, "MethodNotAllowed" },
    { "PUT", "/stemcells/x", { body = "x", headers = { ["content-md5"] = "eA==" } }, 400, "InvalidDigest" },
    { "PUT", "/stemcells/x", { body = "x", headers = { ["content-md5"] = "AAAAAAAAAAAAAAAAAAAAAA==" } }, 400, "BadDigest" },
    { "PUT", "/stemcells/x", { headers = { ["x-amz-copy-source"] = "/stemcells/y" } }, 501, "NotImplemented" },
    { "GET", "/stemcells", { query = { ["max-keys"] = "many" } }, 400, "InvalidArgument" },
    { "GET", "/stemcells", { query = { acl = "" } }, 501, "NotImplemented" },
    { "PUT", "/stemcells/x", { body = "x", query = { uploadId = "none", partNumber = "1" } }, 404, "NoSuchUpload" },
    { "POST", "/stemcells/x", { body = "x", query = { uploadId = "none" } }, 404, "NoSuchUpload" },
    { "DELETE", "/stemcells/x", { query = { uploadId = "none" } }, 404, "NoSuchUpload" },
    { "GET", "/stemcells/x", { query = { uploadId = "none" } }, 404, "NoSuchUpload" },
  }
  it("refuses in S3's words", function()
    for i, case in ipairs(refusals) do
      local answer = send(case[1], case[2], case[3])
      assert.same({ i, case[4], case[5] }, { i, refused(answer) })
      assert.equal("application/xml", answer.headers["content-type"])
      assert.same({ answer.headers["x-amz-request-id"], case[2], tostring(case[4]) },
        { s3.text(answer, "RequestId"), s3.text(answer, "Resource"), s3.text(answer, "httpStatusCode") })
    end
    assert.same({}, w.sim:inventory().objects)
  end)

  it("makes buckets where they are wanted, and deletes empty ones", function()
    local function create(location)
      return { body = ("<CreateBucketConfiguration><LocationConstraint>%s</LocationConstraint>"
        .. "</CreateBucketConfiguration>"):format(location) }
    end
    assert.equal(200, send("PUT", "/mine", create "eu-gb-smart").status)
    assert.is_not_nil(send("GET", "/mine", { query = { location = "" } }).body:find(">eu-gb-smart</LocationConstraint>", 1, true))
    assert.same({ service = "COS", container = "mine", region = "eu-gb" }, w.sim:inventory().containers[1])
    assert.equal(200, send("HEAD", "/mine").status)
    assert.equal(200, send("PUT", "/mine/x", { body = "x" }).status)
    assert.same({ 409, "BucketNotEmpty" }, { refused(send("DELETE", "/mine")) })
    send("DELETE", "/mine/x")
    assert.equal(204, send("DELETE", "/mine").status)
    assert.equal(404, send("HEAD", "/mine").status)
  end)

  it("lists in pages, folded at delimiters, in both versions", function()
    for _, key in ipairs { "a/1", "a/2", "b", "c/1", "d&<" } do put(s3.escape(key):gsub("%%2F", "/"), "x") end
    local function keys(query) return send("GET", "/stemcells", { query = query }) end
    assert.same({ "a/1", "a/2", "b", "c/1", "d&amp;&lt;" }, s3.texts(keys(), "Key"))
    local folded = keys { delimiter = "/" }
    assert.same({ "b", "d&amp;&lt;" }, s3.texts(folded, "Key"))
    assert.same({ "", "a/", "c/" }, s3.texts(folded, "Prefix"))
    assert.same({ "d%26%3C" }, s3.texts(keys { prefix = "d", ["encoding-type"] = "url" }, "Key"))
    local first = keys { ["max-keys"] = "2" }
    assert.same({ "true", "a/1", "a/2" }, { s3.text(first, "IsTruncated"), table.unpack(s3.texts(first, "Key")) })
    assert.same({ "b", "c/1", "d&amp;&lt;" }, s3.texts(keys { marker = "a/2" }, "Key"))
    local found, token = {}, nil
    repeat
      local page = keys { ["list-type"] = "2", ["max-keys"] = "2", delimiter = "/", ["continuation-token"] = token }
      for _, text in ipairs(s3.texts(page, "Key")) do found[#found + 1] = text end
      for i, text in ipairs(s3.texts(page, "Prefix")) do found[#found + 1] = i > 1 and text or nil end
      token = s3.text(page, "NextContinuationToken")
    until not token
    assert.same({ "b", "a/", "d&amp;&lt;", "c/" }, found)
    assert.same({ "b" }, s3.texts(keys { ["list-type"] = "2", ["start-after"] = "a/2", ["max-keys"] = "1" }, "Key"))
  end)

  it("deletes many at once", function()
    put("x", "1")
    put("y%26", "2")
    local body = "<Delete><Object><Key>x</Key></Object><Object><Key>y&amp;</Key></Object></Delete>"
    assert.same({ 400, "InvalidRequest" }, { refused(send("POST", "/stemcells", { query = { delete = "" }, body = body })) })
    local answer = send("POST", "/stemcells", { query = { delete = "" }, body = body, headers = { ["content-md5"] = md5_header(body) } })
    assert.same({ "x", "y&amp;" }, s3.texts(answer, "Key"))
    assert.same({}, w.sim:inventory().objects)
  end)

  local function begin(key)
    return s3.text(send("POST", "/stemcells/" .. key, { query = { uploads = "" }, body = "" }), "UploadId")
  end
  local function upload(key, id, number, body)
    return send("PUT", "/stemcells/" .. key, { query = { uploadId = id, partNumber = tostring(number) }, body = body })
  end
  local function complete(key, id, parts)
    local list = {}
    for i, part in ipairs(parts) do
      list[i] = ("<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>"):format(part[1], part[2])
    end
    return send("POST", "/stemcells/" .. key, { query = { uploadId = id },
      body = "<CompleteMultipartUpload>" .. table.concat(list) .. "</CompleteMultipartUpload>" })
  end

  it("puts uploaded parts together, strictly", function()
    local id = begin "big"
    local bodies = { ("a"):rep(5 * MIB), ("b"):rep(5 * MIB), "c" }
    local tags = {}
    for i, body in ipairs(bodies) do tags[i] = upload("big", id, i, body).headers.etag end
    assert.equal('"' .. md5(bodies[3]) .. '"', tags[3])
    assert.same({ 400, "InvalidPart" }, { refused(complete("big", id, { { 1, tags[2] } })) })
    assert.same({ 400, "InvalidPart" }, { refused(complete("big", id, { { 4, tags[1] } })) })
    assert.same({ 400, "InvalidPartOrder" }, { refused(complete("big", id, { { 2, tags[2] }, { 1, tags[1] } })) })
    assert.same({ 400, "InvalidPartOrder" }, { refused(complete("big", id, { { 1, tags[1] }, { 1, tags[1] } })) })
    assert.same({ 400, "EntityTooSmall" }, { refused(complete("big", id, { { 2, tags[2] }, { 3, tags[3] }, { 4,
      upload("big", id, 4, "d").headers.etag } })) })
    assert.same({ 400, "MalformedXML" }, { refused(complete("big", id, {})) })
    assert.same({ 404, "NoSuchUpload" }, { refused(complete("other", id, { { 1, tags[1] } })) })
    assert.same({ 400, "InvalidArgument" }, { refused(upload("big", id, 0, "x")) })
    assert.same({ 400, "InvalidArgument" }, { refused(upload("big", id, 10001, "x")) })
    local done = complete("big", id, { { 1, tags[1]:gsub('"', "&quot;") }, { 2, (tags[2]:gsub('"', "")) }, { 3, tags[3] } })
    assert.equal(200, done.status)
    local sums = md5(bodies[1]) .. md5(bodies[2]) .. md5(bodies[3])
    assert.equal(("&quot;%s-3&quot;"):format(md5(bytes(sums))), s3.text(done, "ETag"))
    assert.equal("abbc", send("GET", "/stemcells/big", { headers = { range = ("bytes=%d-%d"):format(5 * MIB - 1, 5 * MIB + 1) } }).body
      .. send("GET", "/stemcells/big", { headers = { range = "bytes=-1" } }).body)
    assert.same({ 404, "NoSuchUpload" }, { refused(complete("big", id, { { 1, tags[1] } })) })
    assert.same({ 10 * MIB + 1, {} }, { w.sim:inventory().objects[1].bytes, w.sim:inventory().uploads })
  end)

  it("lists parts and uploads in pages, and forgets what is aborted", function()
    local id, second = begin "k", begin "k"
    begin "l"
    for _, number in ipairs { 3, 1, 7 } do upload("k", id, number, "part " .. number) end
    local function parts(query)
      query.uploadId = id
      return send("GET", "/stemcells/k", { query = query })
    end
    local page = parts { ["max-parts"] = "2" }
    assert.same({ { "1", "3" }, "true", "3" },
      { s3.texts(page, "PartNumber"), s3.text(page, "IsTruncated"), s3.text(page, "NextPartNumberMarker") })
    page = parts { ["part-number-marker"] = "3" }
    assert.same({ { "7" }, "false" }, { s3.texts(page, "PartNumber"), s3.text(page, "IsTruncated") })
    local function uploads(query)
      query.uploads = ""
      return send("GET", "/stemcells", { query = query })
    end
    page = uploads { ["max-uploads"] = "1" }
    assert.same({ "k", id, "true" }, { s3.text(page, "NextKeyMarker"), s3.text(page, "NextUploadIdMarker"), s3.text(page, "IsTruncated") })
    page = uploads { ["key-marker"] = "k", ["upload-id-marker"] = id, ["max-uploads"] = "1" }
    assert.same({ second }, s3.texts(page, "UploadId"))
    assert.same({ "l" }, s3.texts(uploads { ["key-marker"] = "k" }, "Key"))
    assert.equal(204, send("DELETE", "/stemcells/k", { query = { uploadId = id } }).status)
    assert.equal(2, #w.sim:inventory().uploads)
    assert.equal(404, parts({}).status)
  end)

  it("is in the journal, without secrets", function()
    local id = begin "j"
    upload("j", id, 1, "x")
    send("GET", "/stemcells/j", { query = { ["X-Amz-Signature"] = "s3cr3t", ["X-Amz-Credential"] = "cr3d" } })
    objects.cos(w.sim, "stemcells/t", "secret text")
    local calls = w.sim:journal()
    assert.same({ "COS", "createMultipartUpload", "stemcells/j", "POST", 200, "sim-access-key" },
      { calls[1].service, calls[1].method, calls[1].id, calls[1].verb, calls[1].status, calls[1].caller })
    assert.same({ "uploadPart", { { bytes = 1, partNumber = "1", uploadId = id } } }, { calls[2].method, calls[2].arguments })
    assert.same({ "putObject", "stemcells/t", "sim" }, { calls[5].method, calls[5].id, calls[5].caller })
    local text = json.encode(calls)
    for _, secret in ipairs { "s3cr3t", "cr3d", "sim-secret-key", "secret text", "Bearer" } do
      assert.is_nil(text:find(secret, 1, true), secret)
    end
  end)

  -- rule, status, code
  local spoiled = {
    { "do=error", 500, "InternalError" }, { "do=error status=503", 503, "SlowDown" }, { "do=rate", 503, "SlowDown" },
    { "do=error status=409 code=OperationAborted", 409, "OperationAborted" }, { "do=internal", 200, "InternalError" },
    { "do=unauthorized", 403, "AccessDenied" }, { "do=missing", 404, "NoSuchKey" }, { "do=html status=502", 502 },
  }
  it("is spoiled in S3's words", function()
    for _, case in ipairs(spoiled) do
      w.sim:fault("COS.putObject id=stemcells/f count=1 " .. case[1])
      local status, code = refused(put("f", "x"))
      assert.same({ case[1], case[2], case[3] }, { case[1], status, code })
    end
    w.sim:fault("COS.putObject nth=1 do=html executed")
    assert.equal(502, put("f", "x").status)
    assert.equal("x", send("GET", "/stemcells/f").body)
    w.sim:fault("COS.putObject nth=1 do=error late=10")
    assert.equal(500, put("late", "x").status)
    w:advance(9)
    assert.equal(404, send("GET", "/stemcells/late").status)
    w:advance(2)
    assert.equal("x", send("GET", "/stemcells/late").body)
  end)

  it("can be cut off before and after a request was read", function()
    for _, kind in ipairs { "drop", "drop_early", "drop executed" } do
      w.sim:fault("COS.uploadPart count=1 do=" .. kind)
    end
    local id = begin "cut"
    for _ = 1, 3 do assert.is_false(pcall(upload, "cut", id, 1, "x")) end
    assert.equal(200, upload("cut", id, 1, "x").status)
  end)

  it("takes 64 MiB at once, and says what is too much", function()
    local size = 64 * MIB
    assert.equal(200, send("PUT", "/stemcells/large", { body = ("x"):rep(size), payload = "UNSIGNED-PAYLOAD" }).status)
    assert.equal(tostring(size), send("HEAD", "/stemcells/large").headers["content-length"])
    assert.same({ 400, "EntityTooLarge" }, { refused(send("PUT", "/stemcells/huge", { body = ("x"):rep(129 * MIB),
      payload = "UNSIGNED-PAYLOAD" })) })
  end)
end)
