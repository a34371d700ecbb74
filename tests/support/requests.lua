--- CPI requests as clients send them.

local json = require "core.json"

local requests = {}

--- What a director logged in 2015, byte for byte.
requests.LOGGED = [[{"method":"create_vm","arguments":["c9fdbb1d-abf0-469a-87c8-f68fd81d4b66","380214",{"domain":"softlayer.com","startCpus":1,"maxMemory":1024,"datacenter":{"name":"ams01"},"sshKeys":[{"id":136868}]},{"default":{"type":"dynamic","cloud_properties":{},"default":["dns","gateway"],"dns_record_name":"0.dummy.default.dummy.bosh"}},null,{}],"context":{"director_uuid":"c1719d88-2953-45e0-80a9-b838b3aa1ecb"}}]] -- luacheck: ignore 631

requests.LOGGED_V2 = requests.LOGGED:gsub("}$", ',"api_version":2}')

--- A request of the present director.
---@param method string
---@param ... any its arguments; json.null for null
function requests.of(method, ...)
  return { method = method, arguments = json.array { ... }, api_version = 2,
    context = { director_uuid = "c1719d88-2953-45e0-80a9-b838b3aa1ecb", request_id = "cpi-271828",
      vm = { stemcell = { api_version = 3 } } } }
end

--- A create_vm of the present director.
---@param changes { agent_id: string?, stemcell: any, properties: table?, networks: table?, env: table? }?
function requests.create_vm(changes)
  changes = changes or {}
  return requests.of("create_vm", changes.agent_id or "a5a36b3c-2b7e-4f1b-9d0a-6d1c2a3b4c5d", changes.stemcell or "380214",
    changes.properties or { datacenter = "ams01", cpu = 1, memory = 1024, domain = "example.com" },
    changes.networks or { default = { type = "dynamic", cloud_properties = {}, default = json.array { "dns", "gateway" },
      dns = json.array { "10.0.80.11" } } },
    json.array {}, changes.env or {})
end

return requests
