-- Swift: the account, containers, and lists of what is in them.

local answers = require "slsim.object.swift_answers"
local json    = require "core.json"
local listing = require "slsim.object.listing"
local store   = require "slsim.object.store"

local containers = {}

local MOST = 10000
local META = "x-container-meta-"

local function limit_of(query)
  local limit = math.tointeger(tonumber(query.limit or MOST))
  if not limit or limit < 0 then answers.refuse(400, "Invalid limit") end
  if limit > MOST then answers.refuse(412, ("Maximum limit is %d"):format(MOST)) end
  return limit
end

local function wants_json(request)
  return request.query.format == "json" or (request.headers.accept or ""):find("application/json", 1, true) ~= nil
end

-- A list as it is asked for: a name per line, or JSON.
local function list(request, map, headers, row)
  local page = listing.page(map, { prefix = request.query.prefix, delimiter = request.query.delimiter,
    after = request.query.marker, limit = limit_of(request.query) })
  local rows, lines = json.array {}, {}
  for i, entry in ipairs(page.entries) do
    rows[i], lines[i] = entry.folded and { subdir = entry.name } or row(entry.value), entry.name .. "\n"
  end
  headers["Content-Type"] = wants_json(request) and "application/json; charset=utf-8" or "text/plain; charset=utf-8"
  if wants_json(request) then return answers.new(200, headers, json.encode(rows)) end
  return answers.new(#lines > 0 and 200 or 204, headers, table.concat(lines))
end

local function measured(container)
  local bytes, count = 0, 0
  for _, object in pairs(container.objects) do bytes, count = bytes + object.size, count + 1 end
  return bytes, count
end

local function account_headers()
  local space, bytes, objects = store.space(answers.SPACE), 0, 0
  for _, container in pairs(space) do
    local size, count = measured(container)
    bytes, objects = bytes + size, objects + count
  end
  return { ["X-Account-Container-Count"] = ("%d"):format(#store.names(space)),
    ["X-Account-Object-Count"] = ("%d"):format(objects), ["X-Account-Bytes-Used"] = ("%d"):format(bytes) }
end

function containers.headAccount() return answers.new(204, account_headers()) end

function containers.listContainers(request)
  return list(request, store.space(answers.SPACE), account_headers(), function(container)
    local bytes, count = measured(container)
    return { name = container.name, bytes = bytes, count = count }
  end)
end

local function headers_of(container)
  local bytes, count = measured(container)
  local headers = { ["X-Container-Object-Count"] = ("%d"):format(count), ["X-Container-Bytes-Used"] = ("%d"):format(bytes) }
  for name, value in pairs(container.metadata) do headers[name] = value end
  return headers
end

function containers.putContainer(request)
  local there = store.space(answers.SPACE)[request.container]
  local container = there or store.add_container(answers.SPACE, request.container, { metadata = {} })
  for name, value in pairs(answers.metadata(request, META)) do container.metadata[name] = value end
  return answers.new(there and 202 or 201)
end

function containers.postContainer(request)
  local container = answers.container(request)
  for name, value in pairs(answers.metadata(request, META)) do container.metadata[name] = value end
  return answers.new(204)
end

function containers.headContainer(request) return answers.new(204, headers_of(answers.container(request))) end

function containers.listObjects(request)
  local container = answers.container(request)
  return list(request, container.objects, headers_of(container), function(object)
    return { name = object.key, bytes = object.size, hash = object.etag, content_type = object.type,
      last_modified = os.date("!%Y-%m-%dT%H:%M:%S.000000", object.modified) }
  end)
end

function containers.deleteContainer(request)
  local container = answers.container(request)
  if next(container.objects) then answers.refuse(409) end
  store.space(answers.SPACE)[container.name] = nil
  return answers.new(204)
end

return containers
