-- The reference and the stubs: they name what is there, all of it, and say of each what it is and takes.
local advice = require "advice"
local builtins = require "builtins"
local double = require "support.double"
local json = require "core.json"
local reference = require "docs.generate.reference"
local sys = require "core.sys"

local function sorted(set)
  local list = {}
  for name in pairs(set) do list[#list + 1] = name end
  table.sort(list)
  return list
end

-- The names that a file's comments tell of: of members of a module and of globals, or of methods.
local function told(path, methods)
  local set, _, items = {}, reference.of(path)
  for _, item in ipairs(items) do
    local is_method = item.name:find(":", 1, true) ~= nil
    if item.kind ~= "class" and is_method == (methods or false) then set[item.key] = true end
  end
  return set
end

local function stub_of(name) return ("lualib/meta/%s.lua"):format(name) end

-- What the objects of a module in C have: their metatables are in the registry, by names that begin with the module's.
local function methods_of(module)
  local set = {}
  for name, metatable in pairs(debug.getregistry()) do
    local index = type(name) == "string" and name:find(module .. ".", 1, true) == 1 and metatable.__index
    for method in pairs(index or {}) do
      if not method:find "^__" then set[method] = true end
    end
  end
  return set
end

describe("docs/reference.md", function()
  it("is what the comments say; `make reference` writes it", function()
    assert.is_true(reference.text() == sys.read "docs/reference.md", "docs/reference.md is out of date: run `make reference`")
  end)

  it("leaves nothing without a description, and no parameter without a type", function()
    assert.equal("", table.concat(reference.gaps(), "\n"))
  end)

  it("has every function that a library exports", function()
    for _, name in ipairs(reference.libraries()) do
      local library, known = require(name), told(reference.path(name))
      local _, items = reference.of(reference.path(name))
      for _, item in ipairs(items) do
        for _, field in ipairs(item.fields) do known[field.name] = true end
      end
      if type(library) == "function" then library = { [""] = library } end
      for key, value in pairs(library) do
        assert.is_true(known[key] or type(value) ~= "function", ("%s.%s is not told of"):format(name, key))
      end
    end
  end)

  it("has every script with its steps in their order", function()
    for _, script in ipairs(reference.scripts()) do
      local names = {}
      for i, step in ipairs(script.steps) do names[i] = step.name end
      assert.same(double.compile(script.name).steps, names, script.name)
    end
  end)
end)

describe("the stub of", function()
  for module in pairs(package.preload) do
    it(module .. " names exactly what the module has, and what its objects have", function()
      local members = require(module)
      assert.same(sorted(members), sorted(told(stub_of(module))))
      assert.same(sorted(methods_of(module)), sorted(told(stub_of(module), true)))
      assert.truthy(load(assert(sys.read(stub_of(module)))))
    end)
  end

  it("every module in C is there, and no other", function()
    for _, name in ipairs(assert(sys.list "lualib/meta")) do
      local module = name:match "^(core%..*)%.lua$"
      assert.truthy(not module or package.preload[module], name)
    end
  end)

  it("scripts names exactly the built-ins", function()
    local names = { print = true }
    for name in next, builtins.of({ request = {}, config = {} }).script do names[name] = true end
    assert.same(sorted(names), sorted(told(stub_of "script")))
  end)

  it("hooks names what hooks have beside them", function()
    local bases = builtins.of { request = {}, config = {} }
    local names = sorted(told(stub_of "hooks"))
    assert.same({ "after", "around", "before", "errors", "override" }, names)
    for _, name in ipairs(names) do
      advice.read("local it = " .. name, "@hooks/x.lua", {}, bases.hooks, function(text, chunk, environment)
        return load(text, chunk, "t", environment)
      end)
    end
  end)
end)

describe("an editor's settings", function()
  for _, path in ipairs { ".luarc.json", "examples/overlay/.luarc.json" } do
    it("name the globals of scripts and hooks: " .. path, function()
      local globals = {}
      for _, name in ipairs(assert(json.decode(assert(sys.read(path))))["diagnostics.globals"]) do globals[name] = true end
      local known = { description = true, arguments = true, effect = true, timeout = true, run = true, v1 = true }
      for _, stub in ipairs { "script", "hooks" } do
        for name in pairs(told(stub_of(stub))) do known[name] = true end
      end
      known.print = nil -- Lua's own to an editor
      assert.same(sorted(known), sorted(globals))
    end)
  end
end)
