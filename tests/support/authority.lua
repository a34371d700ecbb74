--- A certificate authority of our own and a certificate for this machine, made by openssl.

local folder = require "support.folder"

local authority = {}

local function openssl(at, words)
  local ok = os.execute(("cd %s && openssl %s 2>openssl.log"):format(folder.quoted(at.path), words))
  assert(ok, "openssl " .. words .. "\n" .. folder.read(at.path .. "/openssl.log"))
end

local EC = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "

--- Makes them once in this folder.
---@param at table a support.folder
---@param names string? what the certificate is for; this machine if absent
---@return { ca: string, cert: string, key: string } files
function authority.issue(at, names)
  openssl(at, "req -x509 " .. EC .. "-days 2 -subj '/CN=Private CA' -keyout ca.key -out ca.pem")
  openssl(at, "req " .. EC .. "-subj /CN=localhost -keyout server.key -out server.csr")
  at:write("names.cnf", ("subjectAltName=%s\n"):format(names or "DNS:localhost,IP:127.0.0.1,IP:::ffff:127.0.0.1"))
  openssl(at, "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names.cnf -out server.pem")
  return { ca = at.path .. "/ca.pem", cert = at.path .. "/server.pem", key = at.path .. "/server.key" }
end

return authority
