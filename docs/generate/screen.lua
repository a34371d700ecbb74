-- A terminal's screen as a picture: `tmux capture-pane -ep | slcpi-test docs/generate/screen.lua > docs/prompt.svg`.

local FONT, WIDTH, HEIGHT, MARGIN = 14, 8.43, 19, 16 -- pixels; WIDTH is one character's of a 14 px monospace font

local colours = { [31] = "#e06c75", [32] = "#98c379", [33] = "#e5c07b", [36] = "#56b6c2" }

-- SVG keeps a run of spaces only if none of them may be broken.
local FORMS = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", [" "] = "\u{a0}" }

local function escaped(text) return (text:gsub("[&<> ]", FORMS)) end

-- What holds until another code comes, across lines.
local style = {}

-- What select-graphic-rendition codes make of a style.
local function styled(codes)
  for code in (codes == "" and "0" or codes):gmatch "%d+" do
    code = tonumber(code)
    if code == 0 then style = {} end
    if code == 1 then style.bold = true elseif code == 2 then style.dim = true elseif code == 22 then style = {} end
    if colours[code] then style.colour = colours[code] elseif code == 39 then style.colour = nil end
  end
end

local function span(text, column)
  local attributes = { ('x="%.1f"'):format(MARGIN + column * WIDTH) }
  if style.colour then attributes[#attributes + 1] = ('fill="%s"'):format(style.colour) end
  if style.bold then attributes[#attributes + 1] = 'font-weight="bold"' end
  if style.dim then attributes[#attributes + 1] = 'opacity="0.6"' end
  return ("<tspan %s>%s</tspan>"):format(table.concat(attributes, " "), escaped(text))
end

local function line_of(text, number)
  local spans, column = {}, 0
  for codes, shown in ("\27[38m" .. text):gmatch "\27%[([%d;]*)m([^\27]*)" do
    styled(codes)
    if shown ~= "" then spans[#spans + 1] = span(shown, column) end
    column = column + utf8.len(shown)
  end
  return ('<text y="%d">%s</text>'):format(MARGIN + number * HEIGHT - 5, table.concat(spans)), column
end

local lines, widest = {}, 0
for text in io.lines() do
  local line, columns = line_of(text, #lines + 1)
  lines[#lines + 1], widest = line, math.max(widest, columns)
end
local width, height = math.ceil(widest * WIDTH + 2 * MARGIN), #lines * HEIGHT + 2 * MARGIN
io.write(([[
<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">
<rect width="100%%" height="100%%" rx="8" fill="#1e2127"/>
<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="%d" fill="#d7dae0">
%s
</g>
</svg>
]]):format(width, height, width, height, FONT, table.concat(lines, "\n")))
