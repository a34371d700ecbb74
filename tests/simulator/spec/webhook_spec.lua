-- A transient guest's webhook: a signed request two minutes before the end.
local folder = require "support.folder"
local wire = require "support.wire"

local SERVER = [[
import base64, hashlib, hmac, json, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = "POST" + self.headers["Content-Type"] + body["id"] + body["serviceName"] + body["event"] \
            + str(body["timestamp"]) + self.headers["X-IBM-Nonce"]
        right = base64.b64encode(hmac.new(b"secret", text.encode(), hashlib.sha256).hexdigest().encode()).decode()
        self.send_response(200)
        self.end_headers()
        print(self.path, body["event"], body["id"], self.headers["User-Agent"], right == self.headers["Authorization"], flush=True)
    def log_message(self, *_):
        pass
server = HTTPServer(("127.0.0.1", 0), Hook)
print(server.server_port, flush=True)
server.handle_request()
server.handle_request()
]]

describe("the webhook of a transient guest", function()
  local w
  before_each(function() w = wire.open() end)
  after_each(function() w:close() end)

  local function transient()
    return w:guest { startCpus = false, maxMemory = false, localDiskFlag = false, transientGuestFlag = true,
      supplementalCreateObjectOptions = { flavorKeyName = "C1_1X1X25" } }
  end
  local function post(id, method, ...)
    return w:call("POST", ("SoftLayer_Virtual_Guest/%d/%s"):format(id, method), { parameters = { ... } })
  end

  it("is only for transient guests, and only where there is one", function()
    local plain, id = w:guest(), transient()
    assert.equal(500, post(plain, "setTransientWebhook", "http://127.0.0.1:1/", "s").status)
    for _, method in ipairs { "sendTestReclaimScheduledAlert", "deleteTransientWebhook" } do
      assert.equal(500, post(id, method).status, method)
    end
    assert.equal(500, post(id, "setTransientWebhook", "ftp://x", "s").status)
    assert.equal("null", post(id, "setTransientWebhook", "https://x.example/hook", "s").body)
    assert.equal("https://x.example/hook", w:get(("SoftLayer_Virtual_Guest/%d/getTransientWebhookURI"):format(id)).value)
    assert.equal("null", post(id, "deleteTransientWebhook").body)
    assert.equal("null", w:call("GET", ("SoftLayer_Virtual_Guest/%d/getTransientWebhookURI"):format(id)).body)
  end)

  it("is told of a test and of the reclaim, which follows", function()
    local script = w.at:write("hook.py", SERVER)
    local server = assert(io.popen("exec timeout 60 python3 " .. folder.quoted(script)))
    local id = transient()
    post(id, "setTransientWebhook", ("http://127.0.0.1:%s/hook"):format(server:read "l"), "secret")
    post(id, "sendTestReclaimScheduledAlert")
    assert.equal(("/hook reclaim-scheduled-test %d IBM Cloud Webhook Service True"):format(id), server:read "l")
    w.sim:ask("POST", "reclaim", { id = id })
    assert.equal(("/hook reclaim-scheduled %d IBM Cloud Webhook Service True"):format(id), server:read "l")
    server:close()
    assert.is_not_nil(w:get(("SoftLayer_Virtual_Guest/%d"):format(id), "mask[billingItem.id]").billingItem)
    w:advance(121)
    assert.is_nil(w:get(("SoftLayer_Virtual_Guest/%d"):format(id), "mask[billingItem.id]").billingItem)
    w:advance(700)
    assert.equal(404, w:call("GET", ("SoftLayer_Virtual_Guest/%d"):format(id)).status)
  end)
end)
