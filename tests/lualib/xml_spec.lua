-- The subset of XML that object storage speaks.
local property = require "lualib.property"
local xml = require "xml"

local LIST = [[<?xml version="1.0" encoding="UTF-8"?>
<ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><!-- none -->
  <IsTruncated>false</IsTruncated> <Empty/> <Other a="b>c"/>
  <Part><PartNumber>1</PartNumber><ETag>&quot;abc&quot;</ETag></Part>
  <s3:Part><PartNumber>2</PartNumber><ETag>a&amp;b&#65;&#x42; &lt;c&gt;</ETag></s3:Part>
</ListPartsResult>
]]

describe("a document", function()
  it("is read with its texts and elements", function()
    local root = assert(xml.parse((LIST:gsub("b>c", "bc"))))
    assert.equal("ListPartsResult", root.name)
    assert.equal("false", xml.text(root, "IsTruncated"))
    assert.equal("", xml.text(root, "Empty"))
    assert.is_nil(xml.text(root, "PartNumber"))
    local parts = xml.all(root, "Part")
    assert.same({ '"abc"', "a&bAB <c>" }, { xml.text(parts[1], "ETag"), xml.text(parts[2], "ETag") })
  end)

  it("of any shape comes back as it was written", function()
    local function write(depth)
      local name, parts = property.pick { "a", "Key", "x.y-z" }, {}
      if depth > 4 or math.random(3) == 1 then
        local text = property.text(0, 9, "ab 5"):match "^%s*(.-)%s*$"
        return ("<%s>%s</%s>"):format(name, text, name), { name = name, text = text }
      end
      local element = { name = name, text = "" }
      for i = 1, math.random(0, 3) do parts[i], element[i] = write(depth + 1) end
      return ("<%s>%s</%s>"):format(name, table.concat(parts), name), element
    end
    property.holds(100, function()
      local text, expected = write(1)
      assert.same(expected, xml.parse(text))
    end)
  end)

  for _, text in ipairs { "", "text", "<a>", "</a>", "<a></b>", "<a><b></a></b>", "<a/><b/>", "<a>x</a>y", "<a><<b/></a>",
    "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "<a><![CDATA[x]]></a>", "<a", "<>", ("<a>"):rep(30) .. ("</a>"):rep(30),
    "<html><br><p></html>" } do
    it("is refused: " .. text:sub(1, 40), function()
      local root, message = xml.parse(text)
      assert.is_nil(root)
      assert.is_string(message)
    end)
  end

  it("is read or refused, whatever is in it", function()
    property.holds(2000, function()
      local root, message = xml.parse(property.text(0, 60, "<>/ab&;# \n\"!-?"))
      assert.is_true(type(root) == "table" or type(message) == "string")
    end)
  end)
end)
