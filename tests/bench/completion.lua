-- Tab over the API's names: milliseconds of this process, printed, not asserted. The document is made here: 10,000
-- methods in 100 services, then one service with 10,000 of them; the API's own has about as many.
local completion = require "api.completion"
local document = require "lualib.api.document"
local folder = require "support.folder"
local metadata = require "api.metadata"

local function row(what, f, times)
  collectgarbage()
  local start = os.clock()
  for _ = 1, times or 1 do f() end
  print(("%-54s %9.3f ms"):format(what, (os.clock() - start) * 1000 / (times or 1)))
end

local at = folder.open()

local function bench(services, methods)
  local text, path = document.large(services, methods), at:fresh "description"
  local context = { environment = _G }
  print(("\n%d services with %d methods each, %.1f MB"):format(services, methods, #text / 1e6))
  local function open(fetch)
    context.api = assert(metadata.open { path = path, fetch = fetch })
  end
  local function tab(line) return function() return completion.of(line, context) end end
  local last = ("sl.Service_%05d"):format(services)
  row("fetched: reduced and kept", function() open(function() return text end) end)
  row("kept: opened", open)
  row("the first Tab on a method", tab(last .. ":getThing"))
  row("Tab on services", tab "sl.Serv", 100)
  row("Tab on methods", tab(last .. ":get"), 100)
  row("Tab on methods behind a mask and a filter", tab(last .. ":id(5):mask('id,property00001'):filter{ id = 5 }:get"), 100)
  row("the first Tab in a mask", tab(last .. ":mask('id,pr"))
  row("Tab in a mask", tab(last .. ":mask('id,pr"), 100)
  open()
  row("the first Tab in a mask on what no property begins with", tab(last .. ":mask('id,x"))
end

bench(100, 100)
bench(1, 10000)
bench(10000, 1)

local names = {}
for i = 1, 10000 do names["name" .. (i * 7919 % 10000)] = i end
print "\n10,000 globals"
row("Tab on names", function() return completion.of("na", { environment = names }) end, 20)
at:close()
