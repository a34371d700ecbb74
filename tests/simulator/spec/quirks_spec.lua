-- The quirks: each switch shows the answer with it on and off.
local build  = require "support.build"
local json   = require "core.json"
local quirks = require "slsim.quirks"
local raw    = require "support.raw"
local wire   = require "support.wire"

describe("the quirk", function()
  local w, guest
  setup(function()
    w = wire.open { "--registry=registry:secret" }
    guest = w:guest()
  end)
  teardown(function() w:close() end)

  local function switch(name, on) w.sim:ask("POST", "settings", { quirks = { [name] = on } }) end

  local function send(verb, path, headers, body)
    headers = headers or {}
    headers.Authorization = headers.Authorization or wire.SIM
    return raw.send(w.sim.url, ("%s /rest/v3.1/%s HTTP/1.1"):format(verb, path:gsub("ID", ("%d"):format(guest))), headers, body)
  end

  local function body(path) return send("GET", path).body end

  local function limited_out(header)
    w.sim:ask("POST", "settings", { rps = 1 })
    local answer
    for _ = 1, 50 do
      answer = send("GET", "SoftLayer_Account.json?objectMask=mask[id]")
      if answer.status ~= 200 then break end
    end
    w.sim:ask("POST", "settings", { rps = 0 })
    return header and answer.headers[header] or answer.status
  end

  local function post(path, parameters) return w:call("POST", path, { parameters = parameters }) end

  local function in_order(list)
    for i = 2, #list do
      if list[i].id < list[i - 1].id then return false end
    end
    return true
  end

  local FILTER = 'SoftLayer_Account/getSshKeys?objectMask=mask[id]&objectFilter={"keys":{"id":{"operation":1}}}'

  -- What is seen; what it is with the switch off, and on. A function is asked whether it is right.
  local cases = {
    ["absent-nulls"] = { function() return json.decode(body "SoftLayer_Virtual_Guest/ID?objectMask=mask[id,notes]").notes end,
      json.null, nil },
    ["bad-request-500"] = { function() return send("POST", "SoftLayer_Virtual_Guest/ID/setTags", nil, "{").status end, 400, 500 },
    ["connection-close"] = { function()
      local before = w:call("GET", "SoftLayer_Account")
      local after = w:call("GET", "SoftLayer_Account")
      local calls = w.sim:journal "getObject"
      return before.status == after.status and calls[#calls].connection == calls[#calls - 1].connection
    end, true, false },
    ["created-201"] = { function()
      local answer = send("POST", "SoftLayer_Virtual_Guest", nil, json.encode { parameters = json.array { wire.template() } })
      return { answer.status, answer.headers.location ~= nil }
    end, { 200, false }, { 201, true } },
    ["delete-explicit"] = { function()
      return send("DELETE", ("SoftLayer_Virtual_Guest/%d/deleteObject.json"):format(w:guest())).status
    end, 404, 200 },
    ["escaped-slashes"] = { function()
      post(("SoftLayer_Virtual_Guest/%d/editObject"):format(guest), { { notes = "a/b" } })
      return body "SoftLayer_Virtual_Guest/ID?objectMask=mask[notes]"
    end, '{"notes":"a/b"}', [[{"notes":"a\/b"}]] },
    ["filter-refused"] = { function()
      local answer = send("GET", FILTER)
      return answer.status == 200 and answer.body or json.decode(answer.body).code
    end, '[{"id":136868}]', "SoftLayer_Exception_Public" },
    ["full-vlan-refused"] = { function()
      local many = json.array {}
      for i = 1, 30 do many[i] = wire.template { hostname = "vm-" .. i } end
      return post("SoftLayer_Virtual_Guest/createObjects", { many }).status
    end, 200, 500 },
    ["get-body-ignored"] = { function()
      return send("GET", "SoftLayer_Virtual_Guest/ID/setTags", nil, '{"parameters":["a"]}').status
    end, 200, 500 },
    gzip = { function()
      return send("GET", "SoftLayer_Account", { ["Accept-Encoding"] = "gzip" }).headers["content-encoding"]
    end, nil, "gzip" },
    ["lagged-objects"] = { function()
      w.sim:ask("POST", "settings", { lag = 60 })
      local path = ("SoftLayer_Virtual_Guest/%d"):format(w:guest(nil, 0))
      w.sim:ask("POST", "settings", { lag = 0 })
      local at_once = send("GET", path).status
      w:advance(61)
      return { at_once, send("GET", path).status }
    end, { 200, 200 }, { 404, 200 } },
    microseconds = { function()
      local date = json.decode(body "SoftLayer_Event_Log/getAllObjects?resultLimit=1")[1].eventCreateDate
      return date:gsub("%d", "0")
    end, "0000-00-00T00:00:00-00:00", "0000-00-00T00:00:00.000000-00:00" },
    ["no-total-items"] = { function()
      return send("GET", "SoftLayer_Account/getSshKeys").headers["softlayer-total-items"]
    end, "1", nil },
    ["number-capacity"] = { function()
      local items = json.decode(body "SoftLayer_Product_Package/46/getItems?objectMask=mask[capacity]")
      local types = {}
      for _, item in ipairs(items) do types[math.type(item.capacity) or type(item.capacity)] = true end
      return types.integer == true and types.string == nil
    end, false, true },
    ["rate-500"] = { limited_out, 429, 500 },
    ["refresh-needs-client"] = { function()
      local answer = raw.send(w.sim.iam, "POST /identity/token HTTP/1.1",
        { ["Content-Type"] = "application/x-www-form-urlencoded" },
        "grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey=sim-iam-key")
      return json.decode(answer.body).refresh_token == "not_supported"
    end, false, true },
    ["registry-404"] = { function()
      return raw.send(w.sim.registry, "GET /registry/instances/vm-1/settings HTTP/1.1").status
    end, 500, 404 },
    ["retry-after"] = { function() return limited_out "retry-after" end, function(seen) return seen ~= "1" end, "1" },
    ["shuffled-lists"] = { function()
      return in_order(json.decode(body "SoftLayer_Location/getDatacenters?objectMask=mask[id]"))
    end, function() return true end, false },
    ["tags-stripped"] = { function()
      local answer = post(("SoftLayer_Virtual_Guest/%d/setTags"):format(guest), { "a*b" })
      if answer.status ~= 200 then return answer.status end
      return json.decode(body "SoftLayer_Virtual_Guest/ID/getTagReferences")[1].tag.name
    end, 500, "ab" },
    ["txt-quotes"] = { function() return body "SoftLayer_Virtual_Guest/ID/getPrimaryBackendIpAddress.txt":sub(1, 1) end,
      "1", '"' },
    ["unprefixed-services"] = { function() return send("GET", "Virtual_Guest/ID.json").status end, 404, 200 },
    ["unquoted-strings"] = { function() return body "SoftLayer_Virtual_Guest/ID/getPrimaryBackendIpAddress":sub(1, 1) end,
      '"', "1" },
    unwrapped = { function() return body "SoftLayer_Account/getSshKeys?objectMask=mask[id]&resultLimit=0,1" end,
      '[{"id":136868}]', '{"id":136868}' },
    ["utc-dates"] = { function()
      return json.decode(body "SoftLayer_Virtual_Guest/ID?objectMask=mask[createDate]").createDate:sub(-6)
    end, function(zone) return zone == "-06:00" or zone == "-05:00" end, "+00:00" },
    ["verb-405"] = { function() return send("PATCH", "SoftLayer_Account").status end, 400, 405 },
  }

  local function check(expected, seen)
    if type(expected) == "function" then return assert.is_true(expected(seen), tostring(seen)) end
    assert.same(expected, seen)
  end

  for _, entry in ipairs(quirks.ALL) do
    local name, default = entry[1], entry[2]
    it(name .. " can be seen on and off, and is " .. (default and "on" or "off"), function()
      local case = assert(cases[name], "no case")
      for _, on in ipairs { default, not default } do
        switch(name, on)
        check(case[on and 3 or 2], case[1]())
      end
      switch(name, default)
    end)
  end

  it("rate-500 decides for the fault, too, unless it says otherwise", function()
    switch("rate-500", true)
    w.sim:fault "Account.getObject nth=1 do=rate"
    w.sim:fault "Account.getObject nth=1 do=rate status=429"
    assert.same({ 500, 429 }, { send("GET", "SoftLayer_Account").status, send("GET", "SoftLayer_Account").status })
    switch("rate-500", false)
  end)

  it("unwrapped needs a limit of one and a list of one", function()
    switch("unwrapped", true)
    local mask = "?objectMask=mask[name]"
    assert.equal("[", body("SoftLayer_Account/getSshKeys" .. "?objectMask=mask[id]"):sub(1, 1))
    assert.equal("[", body("SoftLayer_Account/getSshKeys?objectMask=mask[id]&resultLimit=0,2"):sub(1, 1))
    assert.equal("[", body("SoftLayer_Account/getSshKeys?objectMask=mask[id]&resultLimit=1,1"):sub(1, 1))
    assert.equal("{", body("SoftLayer_Location/getDatacenters" .. mask .. "&resultLimit=3,1"):sub(1, 1))
    assert.equal("{", body("SoftLayer_Location/getDatacenters" .. mask .. "&resultLimit=1"):sub(1, 1))
    switch("unwrapped", false)
  end)
end)

describe("quirks", function()
  local function output(arguments)
    local pipe = assert(io.popen(("%s %s 2>&1 </dev/null"):format(build.slsim, arguments)))
    local text = pipe:read "a"
    local _, _, status = pipe:close()
    return text, status
  end

  it("are listed with their defaults and sources", function()
    local text, status = output "--quirks"
    assert.equal(0, status)
    for _, entry in ipairs(quirks.ALL) do
      local pattern = "%f[%w]" .. entry[1]:gsub("%-", "%%-") .. " +" .. (entry[2] and "on" or "off") .. " +%[%u%] "
      assert.is_not_nil(("\n" .. text):find(pattern), entry[1])
    end
  end)

  it("are set by the command line, and set back to it by a reset", function()
    local w = wire.open { "--quirk=utc-dates", "--quirk", "created-201=off", "--quirk=verb-405=on" }
    local state = w.sim:ask("POST", "settings", { quirks = { ["utc-dates"] = false, unwrapped = true } }).quirks
    assert.same({ false, false, true, true }, { state["utc-dates"], state["created-201"], state["verb-405"], state.unwrapped })
    w.sim:ask("POST", "reset", {})
    state = w.sim:ask("POST", "settings", {}).quirks
    assert.same({ true, false, true, false }, { state["utc-dates"], state["created-201"], state["verb-405"], state.unwrapped })
    w:close()
  end)

  it("are refused when there is no such quirk or word", function()
    for _, wrong in ipairs { "nonsense", "gzip=maybe", "=off", "gzip=" } do
      local text, status = output("--quirk=" .. wrong)
      assert.equal(2, status, wrong .. ": " .. text)
    end
    local w = wire.open()
    for _, wrong in ipairs { { nonsense = true }, { gzip = "on" }, { gzip = json.null } } do
      assert.has_error(function() w.sim:ask("POST", "settings", { quirks = wrong }) end)
    end
    w:close()
  end)
end)
