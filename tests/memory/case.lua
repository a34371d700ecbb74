--- A request whose N-th allocation fails: the answer is one document all the same, nothing crashes or leaks, and what was
--- ordered is on record.

local build = require "support.build"
local json = require "core.json"
local requests = require "support.requests"
local world = require "support.world"

local case = {}
case.__index = case

-- Leaks are looked for where slcpi was built with sanitizers, which then come after the layer that fails.
local LAYER = { "LD_PRELOAD=" .. build.folder .. "/failing_malloc.so", "ASAN_OPTIONS=detect_leaks=1:verify_asan_link_order=0",
  "LSAN_OPTIONS=print_suppressions=0:suppressions=tests/memory/leaks.supp" }

local function check(holds, ...)
  if not holds then error(string.format(...), 0) end
end

local function ask(self, n, request)
  return self.w:ask(request, { environment = { "FAIL_AT=" .. n, table.unpack(LAYER) } })
end

-- An error, or the answer as if nothing had happened: a library may do without what it did not get.
local function check_answer(document, undisturbed)
  if document.error ~= json.null then return true end
  local result, usual = json.encode(document.result), json.encode(undisturbed)
  check(result == usual, "it answered %s instead of %s", result, usual)
  return false
end

local function repeatable(request_of)
  return {
    begin = function(self)
      self.request = request_of(self)
      local document, run = ask(self, 0, self.request)
      self.usual = document.result
      return run
    end,
    try = function(self, n) return check_answer(ask(self, n, self.request), self.usual) end,
  }
end

local function delete(self, vm)
  self.w:result(requests.of("delete_vm", vm))
  self.w.sim:ask("POST", "advance", { seconds = 3600 })
  local billed = self.w.sim:inventory().billed
  check(billed == 0, "%d items are billed at the end", billed)
end

local function only_guest(self)
  local guests = {}
  for _, guest in ipairs(self.w.sim:inventory().guests) do guests[#guests + 1] = guest.billed and guest or nil end
  check(#guests <= 1, "it bought %d guests", #guests)
  return guests[1] and tostring(guests[1].id)
end

local function create(n) return requests.create_vm { agent_id = ("agent-%06d"):format(n) } end

-- The same request made again gives the one guest.
local function create_again(self, request, document, guest)
  local vm = self.w:result(request)[1]
  check(vm == only_guest(self), "%s is not the account's guest", vm)
  check(not guest or vm == guest, "another guest than %s", guest)
  check(document.error ~= json.null or document.result[1] == vm, "the first answer was another guest")
  return vm
end

local methods = {
  info = repeatable(function() return requests.of "info" end),
  has_vm = repeatable(function(self) return requests.of("has_vm", self.w:result(requests.create_vm())[1]) end),
  create_vm = {
    begin = function(self)
      delete(self, self.w:result(create(0))[1]) -- from here on what is asked for once a day is there
      local document, run = ask(self, 0, create(1))
      delete(self, document.result[1])
      return run
    end,
    try = function(self, n)
      local request = create(n)
      local document, guest = ask(self, n, request), only_guest(self)
      check(not guest or #self.w:records() == 1, "guest %s is not on record", guest)
      delete(self, create_again(self, request, document, guest))
      return document.error ~= json.null
    end,
  },
}

case.methods = { "info", "has_vm", "create_vm" }

--- An account for one method's requests, after a run that nothing disturbs; `allocations` are its allocations.
---@param method string
---@return table case
function case.open(method)
  local self = setmetatable({ w = world.start(), method = assert(methods[method], "no such method") }, case)
  local run = self.method.begin(self)
  local count = assert(run.stderr:match "(%d+) allocations", "slcpi ended without failing_malloc.so")
  self.allocations = math.tointeger(tonumber(count))
  return self
end

--- Makes the request while its n-th allocation fails. Raises what is wrong then.
---@param n integer
---@return boolean failed whether the answer was an error
function case:try(n) return self.method.try(self, n) end

function case:close() self.w:close() end
case.__close = case.close

return case
