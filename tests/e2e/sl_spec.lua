-- `slcpi sl`: one call of the API from a shell, in a pipe and on a terminal.
local build = require "support.build"
local folder = require "support.folder"
local json = require "core.json"
local requests = require "support.requests"
local world = require "support.world"

describe("slcpi sl", function()
  local w, guest, other
  local function order(agent)
    return w:result(requests.create_vm { agent_id = agent, env = { bosh = { password = "vm-password" } } })[1]
  end

  setup(function()
    w = world.start()
    guest = order "agent-1"
    other = order "agent-2"
  end)
  teardown(function() w:close() end)

  local function sl(...) return w:command { "sl", ... } end

  -- The calls that reached the API in the meantime, as "Service::method".
  local function calls_of(f)
    local before = #w.sim:journal()
    f()
    local names = {}
    for i, line in ipairs(w.sim:journal()) do
      if i > before then names[#names + 1] = ("%s::%s"):format(line.service, line.method) end
    end
    return names
  end

  -- What a person sees on a terminal of so many columns; `input` is typed.
  local function on_terminal(columns, environment, words, input)
    local quoted = {}
    for i, word in ipairs(words) do quoted[i] = folder.quoted(word) end
    local line = ("stty cols %d rows 30 -echo; exec env -i %s %s sl --config %s %s"):format(columns, environment, build.slcpi,
      w.config, table.concat(quoted, " "))
    local pipe = io.popen(("printf %%s %s | script -qec %s /dev/null"):format(folder.quoted(input or ""), folder.quoted(line)))
    local text = pipe:read("a"):gsub("\r\n", "\n")
    pipe:close()
    return text
  end

  it("prints a JSON document in a pipe, with the mask's properties", function()
    local run = sl("Virtual_Guest", "getObject", guest, "--mask", "id,datacenter.name")
    assert.same({ 0, "" }, { run.status, run.stderr })
    assert.same({ id = math.tointeger(guest), datacenter = { name = "ams01" } }, json.decode(run.stdout))
  end)

  it("takes SoftLayer_ in front of a service, filters, limits and arguments", function()
    local run = sl("SoftLayer_Account", "getVirtualGuests", "--mask", "id", "--filter", ('{"id": %s}'):format(guest))
    assert.same({ { id = math.tointeger(guest) } }, json.decode(run.stdout))
    local seen = {}
    for offset = 0, 1 do
      local page = json.decode(sl("Account", "getVirtualGuests", "--mask", "id", "--limit", "1", "--offset", tostring(offset)).stdout)
      assert.equal(1, #page)
      seen[tostring(page[1].id)] = true
    end
    assert.same({ [guest] = true, [other] = true }, seen)
    run = sl("Virtual_Guest", "setTags", guest, "a,b", "--write")
    assert.same({ 0, "true\n" }, { run.status, run.stdout })
    local journal = w.sim:journal()
    assert.same({ "a,b" }, journal[#journal].arguments)
  end)

  it("prints every format", function()
    for format, text in pairs { csv = ("id,datacenter.name\r\n%s,ams01\r\n"):format(guest),
      table = ("       id  datacenter.name\n%s  ams01\n"):format(guest),
      tree = ("id  %s\ndatacenter\n  name  ams01\n"):format(guest),
      raw = ('{"datacenter":{"name":"ams01"},"id":%s}\n'):format(guest) } do
      assert.equal(text, sl("Virtual_Guest", "getObject", guest, "--mask", "id,datacenter.name", "--format", format).stdout)
    end
  end)

  it("answers an error of the API with status 1", function()
    local run = sl("Virtual_Guest", "getObject", "1")
    assert.same({ 1, "" }, { run.status, run.stdout })
    assert.truthy(run.stderr:find "^slcpi: CloudError: SoftLayer_Virtual_Guest%(1%)::getObject answered: [^\n]+\n$")
  end)

  for what, words in pairs {
    ["a word that is missing"] = { "Account" }, ["a service's name"] = { "nope", "getObject" },
    ["a method's name"] = { "Account", "get object" }, ["a filter"] = { "Account", "getObject", "--filter", "[1]" },
    ["a limit"] = { "Account", "getVirtualGuests", "--limit", "0" }, ["an offset alone"] = { "Account", "getX", "--offset", "1" },
    ["a format"] = { "Account", "getObject", "--format", "xml" }, ["an unknown option"] = { "Account", "getObject", "--nope" },
    ["a write without --write"] = { "Virtual_Guest", "setTags", "5", "x" },
    ["an order without --write"] = { "Product_Order", "placeOrder", "{}" },
    ["a deletion that nobody can be asked about"] = { "Virtual_Guest", "deleteObject", "5", "--write" },
  } do
    it("sends nothing for misuse: " .. what, function()
      local run
      assert.same({}, calls_of(function() run = sl(table.unpack(words)) end))
      assert.same({ 2, "" }, { run.status, run.stdout })
      assert.truthy(run.stderr:find "^slcpi: [^\n]+\n")
    end)
  end

  it("asks on a terminal before what cannot be undone, and takes only yes", function()
    local text
    local words = { "Virtual_Guest", "deleteObject", guest, "--write" }
    assert.same({}, calls_of(function() text = on_terminal(80, "", words, "no\n") end))
    assert.truthy(text:find("Send SoftLayer_Virtual_Guest(" .. guest .. ")::deleteObject? Type yes: ", 1, true), text)
    assert.same({ "SoftLayer_Virtual_Guest::deleteObject" }, calls_of(function() on_terminal(80, "", words, "yes\n") end))
    assert.equal(1, sl("Virtual_Guest", "deleteObject", guest, "--write", "--yes").status)
  end)

  it("sends it without asking with --yes", function()
    local run = sl("Virtual_Guest", "deleteObject", other, "--write", "--yes")
    assert.same({ 0, "true\n", "" }, { run.status, run.stdout, run.stderr })
    w.sim:ask("POST", "advance", { seconds = 900 }) -- until both are reclaimed
    assert.same({}, w.sim:inventory().guests)
  end)

  it("is a table that fits on a terminal, coloured unless NO_COLOR or TERM forbid it", function()
    local words = { "Product_Package", "getAllObjects", "--limit", "3" }
    local coloured = on_terminal(50, "TERM=xterm LANG=C.UTF-8", words)
    assert.truthy(coloured:find("^\27%[1m[^\n]+\27%[0m\n"), coloured)
    assert.truthy(coloured:find("…", 1, true))
    for _, environment in ipairs { "TERM=xterm NO_COLOR=1", "TERM=dumb", "" } do
      local plain = on_terminal(50, environment, words)
      assert.falsy(plain:find("[^\n -~]"), plain)
      assert.truthy(plain:find("\nnot shown: ", 1, true), plain)
      for line in plain:gmatch "[^\n]+" do assert.is_true(#line <= 50, line) end
    end
  end)

  it("pages what is longer than a terminal, and only that", function()
    local long = { "Product_Package", "getItems", "835", "--mask", "id", "--limit", "60" }
    local short = { "Product_Package", "getItems", "835", "--mask", "id", "--limit", "5" }
    local marked = "TERM=dumb PATH=/usr/bin:/bin PAGER='sed s/^/seen:/'"
    assert.truthy(on_terminal(80, marked, long):find "seen:[^\n]+\n.*seen:60 rows\n")
    assert.falsy(on_terminal(80, marked, short):find("seen:", 1, true))
    for _, pager in ipairs { "", "/nonexistent/pager" } do
      local text = on_terminal(80, ("TERM=dumb PATH=/usr/bin:/bin PAGER=%s"):format(pager), long)
      assert.truthy(text:find "\n60 rows\n$", text)
    end
    assert.falsy(sl(table.unpack(long)).stdout:find("rows", 1, true))
  end)

  it("ends when the person leaves the pager early", function()
    local text = on_terminal(80, "TERM=dumb PATH=/usr/bin:/bin PAGER='head -n 2'", { "Product_Package", "getItems", "835" })
    assert.truthy(select(2, text:gsub("\n", "")) <= 3, text)
  end)

  it("cannot be reached by a director", function()
    local failure = w:failure { method = "prompt/call", arguments = json.array { {}, true }, context = {} }
    assert.equal("Bosh::Clouds::NotImplemented", failure.type)
  end)

  it("shows no secret: not the account's, not a machine's", function()
    local run = sl("Account", "getCurrentUser", "--mask", "username,apiAuthenticationKeys.authenticationKey")
    assert.falsy((run.stdout .. run.stderr):find("sim-api-key", 1, true), run.stdout)
    local id = order "agent-3"
    local shown = sl("Virtual_Guest", "getObject", id, "--mask",
      "operatingSystem.passwords,userData,softwareComponents.passwords")
    assert.same({ 0, "" }, { shown.status, shown.stderr })
    local told = w.sim:api("SoftLayer_Virtual_Guest/" .. id .. "/getObject", "operatingSystem.passwords,userData.value")
    assert.falsy(shown.stdout:find("blobstore-password", 1, true) or shown.stdout:find(told.userData[1].value, 1, true))
    for _, password in ipairs(told.operatingSystem and told.operatingSystem.passwords or {}) do
      assert.falsy(shown.stdout:find(password.password, 1, true), shown.stdout)
    end
  end)
end)
