-- Swift: who may call, containers, objects, manifests, objects that go by themselves, and how faults look.
local json    = require "core.json"
local objects = require "support.objects"
local raw     = require "support.raw"
local wire    = require "support.wire"

describe("Swift", function()
  local w, url, token
  before_each(function()
    w = wire.open()
    url, token = objects.swift_session(w.sim)
  end)
  after_each(function() w:close() end)

  local function send(verb, path, headers, body)
    local all = { ["X-Auth-Token"] = token }
    for name, value in pairs(headers or {}) do all[name] = value end
    return raw.send(url, ("%s %s%s HTTP/1.1"):format(verb, url:match("//[^/]+(.*)$"), path), all, body or "")
  end
  local function auth(user, key)
    return raw.send(w.sim.swift, "GET /swift/auth/v1.0 HTTP/1.1", { ["X-Auth-User"] = user, ["X-Auth-Key"] = key })
  end

  it("lets in the account's users with their API keys", function()
    assert.same({ 200, 401, 401, 401, 200 }, { auth("SLOS278444-1:sim", "sim-api-key").status,
      auth("SLOS278444-1:sim", "sim-password").status, auth("SLOS5-1:sim", "sim-api-key").status,
      auth("sim", "sim-api-key").status, auth("SLOS278444-1:limited", "limited-api-key").status })
    assert.is_nil(auth("SLOS278444-1:sim", "wrong").headers["x-auth-token"])
    assert.is_nil(url:find("SLOS", 1, true))
  end)

  it("takes its tokens for a day, and for its account only", function()
    assert.equal(204, send("HEAD", "").status)
    assert.equal(401, send("HEAD", "", { ["X-Auth-Token"] = "AUTH_tkwrong" }).status)
    assert.equal(401, raw.send(url, "HEAD /swift/v1/AUTH_other HTTP/1.1", { ["X-Auth-Token"] = token }).status)
    w:advance(86399)
    assert.equal(204, send("HEAD", "").status)
    w:advance(1)
    assert.equal(401, send("HEAD", "").status)
    url, token = objects.swift_session(w.sim)
    w.sim:ask("POST", "expire-tokens", {})
    assert.equal(401, send("HEAD", "").status)
    url, token = objects.swift_session(w.sim)
    w.sim:ask("POST", "user", { user = "sim", disabled = true })
    assert.same({ 401, 401 }, { send("HEAD", "").status, auth("SLOS278444-1:sim", "sim-api-key").status })
  end)

  it("has nothing elsewhere", function()
    assert.equal(404, raw.send(url, "GET /swift/v2/x HTTP/1.1", {}).status)
    assert.equal(405, send("PATCH", "/box").status)
  end)

  -- verb, path, headers, body, status, what the body is; in this order
  local calls = {
    { "PUT", "/box/a", {}, "x", 404 },
    { "PUT", "/box", {}, "", 201 },
    { "PUT", "/box", { ["X-Container-Meta-Use"] = "stemcells" }, "", 202 },
    { "GET", "/box", {}, "", 204, "" },
    { "PUT", "/box/a/1", { Etag = "9dd4e461268c8034f5c8564e155c67a6", ["Content-Type"] = "text/x" }, "x", 201 },
    { "PUT", "/box/a/2", { Etag = "9dd4e461268c8034f5c8564e155c67a6" }, "y", 422 },
    { "PUT", "/box/b", { ["X-Delete-After"] = "soon" }, "y", 400 },
    { "PUT", "/box/b", { ["X-Delete-At"] = "1000" }, "y", 400 },
    { "PUT", "/box/b", { ["X-Object-Meta-Colour"] = "red" }, "0123456789", 201 },
    { "GET", "/box", {}, "", 200, "a/1\nb\n" },
    { "GET", "/box?delimiter=/", {}, "", 200, "a/\nb\n" },
    { "GET", "/box?prefix=a", {}, "", 200, "a/1\n" },
    { "GET", "/box?marker=a/1", {}, "", 200, "b\n" },
    { "GET", "/box?limit=1", {}, "", 200, "a/1\n" },
    { "GET", "/box?limit=x", {}, "", 400 },
    { "GET", "/box?limit=10001", {}, "", 412 },
    { "GET", "/box/b", {}, "", 200, "0123456789" },
    { "GET", "/box/b", { Range = "bytes=2-4" }, "", 206, "234" },
    { "GET", "/box/b", { Range = "bytes=10-" }, "", 416 },
    { "DELETE", "/box", {}, "", 409 },
    { "DELETE", "/box/a/1", {}, "", 204 },
    { "DELETE", "/box/a/1", {}, "", 404 },
    { "GET", "/box/a/1", {}, "", 404 },
    { "PUT", "/box/s?multipart-manifest=put", {}, "[]", 501 },
    { "POST", "/box/b", { ["X-Object-Meta-Colour"] = "blue" }, "", 202 },
    { "DELETE", "/box/b", {}, "", 204 },
    { "DELETE", "/box", {}, "", 204 },
    { "DELETE", "/box", {}, "", 404 },
  }
  it("answers as Swift does", function()
    for i, case in ipairs(calls) do
      local answer = send(case[1], case[2], case[3], case[4])
      assert.same({ i, case[5] }, { i, answer.status })
      if case[6] then assert.same({ i, case[6] }, { i, answer.body }) end
    end
  end)

  it("tells what it keeps", function()
    send("PUT", "/box", { ["X-Container-Meta-Use"] = "stemcells" })
    local made = send("PUT", "/box/o", { ["X-Object-Meta-Colour"] = "red", ["Content-Type"] = "text/x" }, "x")
    assert.equal("9dd4e461268c8034f5c8564e155c67a6", made.headers.etag)
    local head = send("HEAD", "/box/o").headers
    assert.same({ "1", "red", "text/x", "9dd4e461268c8034f5c8564e155c67a6" },
      { head["content-length"], head["x-object-meta-colour"], head["content-type"], head.etag })
    local box, account = send("HEAD", "/box").headers, send("HEAD", "").headers
    assert.same({ "1", "1", "stemcells" },
      { box["x-container-object-count"], box["x-container-bytes-used"], box["x-container-meta-use"] })
    assert.same({ "1", "1" }, { account["x-account-container-count"], account["x-account-bytes-used"] })
    assert.same({ { name = "box", count = 1, bytes = 1 } }, json.decode(send("GET", "?format=json").body))
    local row = json.decode(send("GET", "/box", { Accept = "application/json" }).body)[1]
    assert.same({ "o", 1, "9dd4e461268c8034f5c8564e155c67a6", "text/x" }, { row.name, row.bytes, row.hash, row.content_type })
    send("POST", "/box/o", { ["X-Object-Meta-Colour"] = "blue" })
    assert.equal("blue", send("HEAD", "/box/o").headers["x-object-meta-colour"])
  end)

  it("puts segments together by their manifest", function()
    for i, text in ipairs { "one", "two", "three" } do objects.swift(w.sim, "parts/disk/0" .. i, text) end
    objects.swift(w.sim, "box/disk", "", { ["X-Object-Manifest"] = "parts%2Fdisk/" })
    local whole = send("GET", "/box/disk")
    assert.same({ "onetwothree", "parts/disk/" }, { whole.body, whole.headers["x-object-manifest"] })
    assert.is_not_nil(whole.headers.etag:find('^"%x+"$'))
    assert.equal("etwot", send("GET", "/box/disk", { Range = "bytes=2-6" }).body)
    assert.equal("11", send("HEAD", "/box/disk").headers["content-length"])
    send("DELETE", "/parts/disk/02")
    assert.equal("onethree", send("GET", "/box/disk").body)
  end)

  it("deletes by itself what was said to go", function()
    objects.swift(w.sim, "box/short", "x", { ["X-Delete-After"] = "100" })
    objects.swift(w.sim, "box/kept", "x", { ["X-Delete-After"] = "100" })
    objects.swift(w.sim, "box/kept", "y")
    objects.swift(w.sim, "box/longer", "x", { ["X-Delete-After"] = "100" })
    objects.swift(w.sim, "box/longer", "", { ["X-Delete-After"] = "1000" }, "POST")
    assert.is_not_nil(send("HEAD", "/box/short").headers["x-delete-at"])
    w:advance(101)
    assert.same({ 404, 200, 200 }, { send("GET", "/box/short").status, send("GET", "/box/kept").status, send("GET", "/box/longer").status })
    w:advance(900)
    assert.equal("kept\n", send("GET", "/box").body)
  end)

  it("is in the journal and the inventory, without secrets", function()
    objects.swift(w.sim, "box/o", "secret text", { ["X-Delete-After"] = "100" })
    local kept = w.sim:inventory().objects[1]
    assert.same({ "Swift", "box", "o", 11 }, { kept.service, kept.container, kept.key, kept.bytes })
    local lines = w.sim:journal()
    assert.same({ "Swift", "auth", "sim", 200 }, { lines[1].service, lines[1].method, lines[1].caller, lines[1].status })
    local last = lines[#lines]
    assert.same({ "putObject", "box/o", { { bytes = 11, ["x-delete-after"] = "100" } } }, { last.method, last.id, last.arguments })
    local text = json.encode(lines)
    for _, secret in ipairs { token, "sim-api-key", "secret text" } do assert.is_nil(text:find(secret, 1, true), secret) end
  end)

  -- rule, status
  local spoiled = { { "do=error", 500 }, { "do=error status=503", 503 }, { "do=unauthorized", 401 }, { "do=missing", 404 },
    { "do=rate", 503 }, { "do=html", 502 } }
  it("is spoiled in Swift's words", function()
    send("PUT", "/box")
    for _, case in ipairs(spoiled) do
      w.sim:fault("Swift.putObject id=box/f count=1 " .. case[1])
      local answer = send("PUT", "/box/f", {}, "x")
      assert.same({ case[1], case[2] }, { case[1], answer.status })
      assert.is_not_nil(answer.body:find "^<html>")
    end
    w.sim:fault "Swift.putObject nth=1 do=drop_early"
    assert.is_false(pcall(send, "PUT", "/box/f", {}, "x"))
    assert.same({}, w.sim:inventory().objects)
    assert.equal(201, send("PUT", "/box/f", {}, "x").status)
  end)
end)
