local network_storage = require "softlayer.network_storage"

description = [[
Whether a disk exists. The answer is false only when the API says so to a user who would see the volume, and from the
moment of its cancellation.
]]
arguments = { "disk_cid: cid" }
effect    = "read"
timeout   = 5 * 60

function run(disk_cid)
  return must(network_storage.find(disk_cid)) ~= nil
end
