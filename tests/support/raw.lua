--- HTTP as bytes: requests that no client library would send, and answers with all their headers.

local folder = require "support.folder"

local raw = {}

local SENDERS = {
  http = "bash -c 'exec 3<>/dev/tcp/%s/%s; cat %s >&3; cat <&3'",
  https = "openssl s_client -quiet -connect %s:%s <%s 2>/dev/null",
}

local function parse(text)
  local head, body = text:match("^(.-)\r\n\r\n(.*)$")
  assert(head, text)
  local answer = { status = math.tointeger(head:match("^HTTP/1%.1 (%d+)")), headers = {}, body = body }
  for name, value in head:gmatch("\r\n([^:]+):%s*([^\r]*)") do answer.headers[name:lower()] = value end
  return answer
end

--- Sends a request line, headers and a body as they are.
---@param url string where the server is
---@param line string "GET /rest/v3.1/SoftLayer_Account.json HTTP/1.1"
---@param headers table<string, string>? Host, Connection and, with a body, Content-Length are added
---@param body string?
---@return { status: integer, headers: table<string, string>, body: string } answer
function raw.send(url, line, headers, body)
  local scheme, host, port = url:match("^(https?)://([%d.]+):(%d+)")
  local words = { line, ("Host: %s:%s"):format(host, port), "Connection: close" }
  for name, value in pairs(headers or {}) do words[#words + 1] = ("%s: %s"):format(name, value) end
  if body then words[#words + 1] = "Content-Length: " .. #body end
  local at = folder.open()
  local request = at:write("request", table.concat(words, "\r\n") .. "\r\n\r\n" .. (body or ""))
  local pipe = assert(io.popen(SENDERS[scheme]:format(host, port, request)))
  local text = pipe:read "a"
  pipe:close()
  at:close()
  return parse(text)
end

return raw
