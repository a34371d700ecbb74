--- Text for HTML and SVG.

local html = {}

local ENTITIES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" }

--- Escapes; what no document may hold becomes a replacement character.
---@param value any
---@return string
function html.escape(value)
  local text = tostring(value):gsub("[%z\1-\8\11\12\14-\31\127]", "\u{fffd}")
  return (text:gsub("[&<>\"']", ENTITIES))
end

--- At most so many characters.
---@param text string
---@param most integer
---@return string
function html.cut(text, most)
  local length = utf8.len(text) or 0
  return length <= most and text or text:sub(1, utf8.offset(text, math.max(1, most)) - 1) .. "…"
end

--- A template with {names} filled in, escaped but for those in upper case, which are markup.
---@param template string
---@param values table<string, any>
---@return string
function html.fill(template, values)
  return (template:gsub("{([%a_]+)}", function(name)
    local value = values[name]
    if value == nil then return nil end
    return name:find "^%u" and value or html.escape(value)
  end))
end

return html
