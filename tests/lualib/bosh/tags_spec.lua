local json = require "core.json"
local property = require "lualib.property"
local tags = require "bosh.tags"

local function names(list)
  local references = {}
  for i, name in ipairs(list) do references[i] = { tag = { name = name } } end
  return tags.names(references)
end

describe("tags", function()
  it("are key:value with the characters that the API allows", function()
    assert.same({ job = "job:web-0", ["a-b"] = "a-b:x-y" }, tags.of { job = "web/0", ["a,b"] = "x:y" })
  end)

  it("leave out what has no text", function()
    assert.same({ index = "index:0", on = "on:true" }, tags.of { index = 0, on = true, nested = { 1 }, null = json.null, empty = "" })
  end)

  it("of an environment are env.bosh.tags, whatever else it holds", function()
    assert.same({ a = "a:1" }, tags.of_env { bosh = { tags = { a = 1 } } })
    for _, env in ipairs { {}, { bosh = json.null }, { bosh = { tags = json.null } }, { bosh = "x" }, { bosh = { tags = 3 } } } do
      assert.same({}, tags.of_env(env))
    end
    assert.same({}, tags.of_env(nil))
  end)

  it("keep what is there, replace what has the same key, and come sorted", function()
    local merged, changed = tags.merge(names { "plain", "job:old", "team:x" }, tags.of { job = "new", a = 1 })
    assert.same({ "a:1", "job:new", "plain", "team:x" }, merged)
    assert.is_true(changed)
  end)

  it("merge: doing it twice changes nothing more", function()
    property.holds(500, function()
      local existing, new = {}, {}
      for i = 1, math.random(0, 5) do existing[i] = property.text(1, 4, "ab:c") end
      for _ = 1, math.random(0, 5) do new[property.text(1, 3, "abc")] = property.text(1, 3, "xy") end
      local once = tags.merge(existing, tags.of(new))
      local twice, changed = tags.merge(once, tags.of(new))
      assert.same(once, twice)
      assert.is_false(changed)
      local set = {}
      for _, name in ipairs(once) do set[name] = true end
      for _, name in pairs(tags.of(new)) do assert.is_true(set[name]) end
    end)
  end)
end)
