-- softlayer.class: what may happen to a call whose outcome is unknown.
local class = require "softlayer.class"

local expected = {
  read = "getObject getAllObjects findByIpAddress isPingable hasX verifyOrder checkItemAvailability search "
    .. "advancedSearch generateOrderTemplate",
  write = "setTags setUserMetadata editObject deleteObject allowAccessFromVirtualGuest removeAccessFromVirtualGuest "
    .. "cancelItem cancelIsolationForDestructiveAction powerOn powerOff rebootDefault rebootSoft",
  -- Everything unknown, and whatever only looks like a harmless name.
  order = "createObject placeOrder createSnapshot captureImage createFromExternalSource createArchiveTransaction "
    .. "get getaway settle searchAndDestroy xgetObject reloadOperatingSystem upgrade restoreFromSnapshot find "
    .. "deleteObjects poweredOn",
}

describe("class", function()
  for kind, methods in pairs(expected) do
    for method in methods:gmatch "%S+" do
      it(("of %s is %s"):format(method, kind), function() assert.equal(kind, class(method)) end)
    end
  end
end)
