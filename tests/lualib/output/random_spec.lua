-- output: whatever a result is, a table fits, CSV and JSON read back, by other programs, too.
local folder = require "support.folder"
local json = require "core.json"
local output = require "output"
local property = require "lualib.property"
local width = require "output.width"

local pick = property.pick

local NAMES = { "id", "hostname", "name", "datacenter", "maxCpu", "notes", "日本", "a,b", 'q"q', "-x", "u\u{301}" }
local PIECES = { "a", "B", "7", " ", ",", '"', "\\", "\\u00e9", "/", "\n", "\r\n", "\t", "\27[2J", "é", "日", "\u{301}",
  "👩\u{200d}💻", "😀", "\u{202e}", "\u{9b}", "\u{2028}", "=1+1", "-", "{", "[" }

local function text()
  local parts = {}
  for i = 1, math.random(0, 12) do parts[i] = pick(PIECES) end
  return table.concat(parts)
end

local function scalar()
  return pick { text, text, function() return math.random(-9, 1 << 40) end, function() return math.random() end,
    function() return true end, function() return false end, function() return json.null end }()
end

local value

local function object(depth)
  local made = {}
  for _ = 1, math.random(0, 6) do made[pick(NAMES)] = value(depth - 1) end
  return made
end

local function list(depth, of)
  local made = json.array {}
  for i = 1, math.random(0, 4) do made[i] = of(depth - 1) end
  return made
end

function value(depth)
  if depth <= 0 or math.random(3) == 1 then return scalar() end
  return math.random(2) == 1 and object(depth) or list(depth, value)
end

local function objects() return list(4, object) end

describe("a random result", function()
  it("as a table has no line wider than the terminal", function()
    property.holds(1500, function()
      local room = math.random(1, 120)
      local shown = output.render(objects(), { format = "table", width = room, unicode = math.random(2) == 1 })
      for line in shown:gmatch "[^\n]+" do
        local clean, wide = width.shown(line)
        assert.equal(clean, line)
        assert.is_true(wide <= room, ("%d columns in %d: %s"):format(wide, room, line))
      end
    end)
  end)

  it("as a tree or itself moves no cursor", function()
    property.holds(500, function()
      local made = value(4)
      for _, format in ipairs { "tree", "auto", "csv", "raw", "json" } do
        for line in output.render(made, { format = format, width = 60 }):gmatch "[^\n\t]+" do
          assert.equal((width.shown(line)), line)
        end
      end
    end)
  end)

  it("as JSON reads back as the same", function()
    property.holds(1500, function()
      local made = value(5)
      local back, err = json.decode(output.render(made, { format = "json" }))
      assert.is_nil(err)
      assert.equal(json.encode(made), json.encode(back))
    end)
  end)

  -- The cells of a record as CSV has them; null is empty.
  local function expected(cell)
    if cell == nil or cell == json.null then return "" end
    return type(cell) == "string" and cell or json.encode(cell)
  end

  it("as CSV is read by Python's csv module", function()
    local at <close> = setmetatable({ files = folder.open() }, { __close = function(self) self.files:close() end })
    local flat = require "output.flat"
    local wanted, texts = json.array {}, json.array {}
    property.holds(200, function()
      local rows = objects()
      local shown = output.render(rows, { format = "csv" })
      local names = {}
      for _, row in ipairs(rows) do for name in pairs(flat.leaves(row)) do names[name] = true end end
      if next(names) == nil then return end
      local records = json.array {}
      for i, row in ipairs(rows) do
        records[i] = {}
        local leaves = flat.leaves(row)
        for name in pairs(names) do records[i][name] = expected(leaves[name]) end
      end
      wanted[#wanted + 1], texts[#texts + 1] = records, shown
    end)
    at.files:write("in.json", json.encode { texts = texts, wanted = wanted })
    local pipe = io.popen(([[python3 -c '
import csv, io, json, sys
data = json.load(open(sys.argv[1]))
for text, wanted in zip(data["texts"], data["wanted"]):
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    if rows != wanted: sys.exit("%%r\n%%r\n%%r" %% (text, rows, wanted))
print(len(data["texts"]))' %s 2>&1]]):format(folder.quoted(at.files.path .. "/in.json")))
    assert.equal(#texts .. "\n", pipe:read "a")
    pipe:close()
  end)
end)
