-- trace_file: what can be read of files that are whole, torn, or no traces.
local fake = require "lualib.fake"
local trace_file = require "trace_file"

local function line(id, parent, from, to)
  return ('{"traceId":"t","spanId":"%s",%s"name":"%s","kind":1,"startTimeUnixNano":"%d"%s}\n'):format(id,
    parent and ('"parentSpanId":"%s",'):format(parent) or "", id, from, to and (',"endTimeUnixNano":"%d"'):format(to) or "")
end

describe("a file of spans", function()
  local directory, remove
  before_each(function() directory, remove = fake.directory() end)
  after_each(function() remove() end)

  local function read(...)
    local path = directory .. "/t.jsonl"
    fake.spill(path, table.concat { ... })
    return trace_file.read(path)
  end

  it("becomes a tree, in which a later line of a span takes the place of an earlier one", function()
    local roots = assert(read(line("a", nil, 1), line("c", "a", 5), line("b", "a", 2), line("b", "a", 2, 4),
      line("c", "a", 5, 6), line("a", nil, 1, 9)))
    assert.equal(1, #roots)
    local root = roots[1]
    assert.same({ "a", "b", "c", 2 }, { root.name, root.children[1].name, root.children[2].name, #root.children })
    assert.same({ 9, 4, 6 }, { root.finish, root.children[1].finish, root.children[2].finish })
    assert.is_falsy(root.unfinished)
  end)

  it("of a process that was killed is drawn to the last moment that is known", function()
    local root = assert(read(line("a", nil, 1), line("b", "a", 2), line("c", "b", 3, 7), '{"traceId":"t","spa'))[1]
    assert.is_true(root.unfinished)
    assert.is_true(root.children[1].unfinished)
    assert.is_false(root.children[1].children[1].unfinished)
    assert.same({ 7, 7 }, { root.finish, root.children[1].finish })
  end)

  it("without some parents shows their children as requests", function()
    assert.equal(2, #assert(read(line("b", "gone", 1, 2), line("c", "gone too", 3, 4))))
  end)

  it("with a span that is its own ancestor ends", function()
    local roots, err = read(line("a", "b", 1, 2), line("b", "a", 1, 2))
    assert.is_nil(roots)
    assert.truthy(err.message:find("each of its spans is below another one", 1, true))
    assert.equal(1, #assert(read(line("a", "a", 1, 2))))
  end)

  for text, complaint in pairs {
    ["hello\n"] = "t.jsonl:1: this is no span of a trace: json",
    [line("a", nil, 1, 2) .. "[1]\n"] = "t.jsonl:2: this is no span of a trace: traceId is missing",
    [line("a", nil, 1, 2) .. "\n{}\n"] = "t.jsonl:3: this is no span of a trace: traceId is missing",
    ['{"traceId":"t","spanId":"s","name":"n","startTimeUnixNano":"x"}\n'] =
      "t.jsonl:1: this is no span of a trace: startTimeUnixNano is no number",
    ["17"] = "t.jsonl:1: this is no span of a trace: no object",
    [""] = "t.jsonl: there is no trace in it",
  } do
    it("is refused: " .. text:sub(1, 40), function()
      local roots, err = read(text)
      assert.is_nil(roots)
      assert.truthy(err.message:find(complaint, 1, true), err.message)
    end)
  end

  it("bears members of odd types", function()
    assert(read([[{"traceId":"t","spanId":"s","name":"n","startTimeUnixNano":"5"]],
      [[,"attributes":[1,{"key":"k","value":7}],"events":[3,{"name":"poll","timeUnixNano":"6"}],"status":4,"parentSpanId":9}]]))
  end)
end)
