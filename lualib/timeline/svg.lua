--- The drawing of one request: an axis, and for each row its bar, above a lane of its calls.

local axis = require "timeline.axis"
local duration = require "timeline.duration"
local hover = require "timeline.hover"
local html = require "timeline.html"

local WIDTH, LEFT, RIGHT = 1160, 270, 1000 -- the drawing; where bars begin and end
local TOP, ROW, STAGES = 44, 28, 16 -- heights: of the axis, of a row, of the stages that a wait has seen
local BAR, THIN, LANE = 11, 5, 5 -- heights
local INDENT, LETTER, SMALL = 14, 7.2, 5.7 -- widths: of a level, of a letter, of one of a stage
local NARROW = 3 -- the least width of a bar and of a call
local LEGIBLE = 8 -- letters of a stage that say enough

local fill = html.fill

local function number(value) return (("%.1f"):format(value):gsub("%.0$", "")) end

-- x of a moment.
local function scale(seconds)
  return function(at) return LEFT + at / seconds * (RIGHT - LEFT) end
end

local function draw_figures(class, y, time, calls)
  return fill('<text class="{class}" x="{left}" y="{y}">{time}</text>'
    .. '<text class="{class}" x="{right}" y="{y}">{calls}</text>',
    { class = class, left = RIGHT + 95, right = WIDTH - 6, y = y, time = time, calls = calls })
end

local function draw_axis(seconds, x, height)
  local parts = { draw_figures("head", TOP - 14, "time", "calls") }
  for _, tick in ipairs(axis(seconds, 9)) do
    parts[#parts + 1] = fill('<line class="grid" x1="{x}" y1="{from}" x2="{x}" y2="{to}"/>'
      .. '<text class="tick" x="{x}" y="{y}">{label}</text>',
      { x = number(x(tick.at)), from = TOP - 8, to = height, y = TOP - 14, label = tick.label })
  end
  return table.concat(parts)
end

-- The stages that polls saw, each from where it was seen first, cut where the next one begins.
local function draw_stages(row, x, y)
  local seen, last = {}, nil
  for _, poll in ipairs(row.polls) do
    local stage = poll.attributes["slcpi.stage"]
    if stage and stage ~= last then seen[#seen + 1], last = { at = x(poll.at), stage = stage }, stage end
  end
  local parts = {}
  for i, this in ipairs(seen) do
    local room = ((seen[i + 1] and seen[i + 1].at or RIGHT) - this.at) // SMALL - 1
    if room >= math.min(LEGIBLE, utf8.len(this.stage) or LEGIBLE) then
      parts[#parts + 1] = fill('<text class="stage" x="{x}" y="{y}">{text}</text>',
        { x = number(this.at - 3), y = y, text = html.cut(this.stage, math.floor(room)) })
    end
  end
  return table.concat(parts)
end

local function mark_of(call)
  if call.failed then return "failed" end
  return call.span.attributes["slcpi.class"] == "read" and "read" or "change"
end

local function draw_call(call, x, y, width, class)
  return fill('<rect class="call {mark} {class}" x="{x}" y="{y}" width="{width}" height="{height}" rx="1">'
    .. '<title>{title}</title></rect>', { mark = mark_of(call), class = class, x = number(x), y = y,
    width = number(width), height = LANE, title = hover.call(call) })
end

-- Calls that left together lie side by side; of one that was sent again, each attempt is seen.
local function draw_calls(row, x, y)
  local parts, free = {}, 0
  for _, call in ipairs(row.calls) do
    local from, width = x(call.from), math.max(NARROW, x(call.to) - x(call.from))
    if width <= 2 * NARROW and from < free then from = free end
    free = from + width + 0.8
    local attempts = call.attempts
    parts[#parts + 1] = draw_call(call, from, y, width, attempts[2] and "pale" or "")
    for i = 1, attempts[2] and #attempts or 0 do
      local this = attempts[i]
      parts[#parts + 1] = draw_call(call, x(this.from), y, math.max(NARROW, x(this.to) - x(this.from)),
        this.failed and "failed" or "")
    end
  end
  return table.concat(parts)
end

local function draw_polls(row, x, y)
  local parts = {}
  for i, poll in ipairs(row.polls) do
    parts[i] = fill('<circle class="poll" cx="{x}" cy="{y}" r="3.6"><title>{title}</title></circle>',
      { x = number(x(poll.at)), y = y, title = hover.poll(poll) })
  end
  return table.concat(parts)
end

local function class_of(row)
  return row.kind .. (row.failed and " broken" or "") .. (row.span.unfinished and " open" or "")
end

local function draw_label(row, y)
  local left = 6 + row.depth * INDENT
  local where = row.span.attributes["slcpi.where"]
  local note = where and tostring(where):match "[^/]*$" or ""
  local label = html.cut(row.label, math.floor((LEFT - 14 - left) / LETTER))
  local room = (LEFT - 14 - left) / LETTER - (utf8.len(label) or #label) - 1
  return fill('<text class="label {class}" x="{x}" y="{y}">{label}<tspan class="note" dx="6">{note}</tspan>'
    .. '<title>{title}</title></text>', { class = class_of(row), x = left, y = y, label = label,
    note = room >= 4 and html.cut(note, math.floor(room * 1.15)) or "", title = hover.row(row) })
end

-- What only holds other rows is thin.
local function draw_bar(row, x, y)
  local from, width = x(row.from), math.max(NARROW, x(row.to) - x(row.from))
  local height = row.holds and width > BAR and THIN or BAR
  return fill('<rect class="bar {class}" x="{x}" y="{y}" width="{width}" height="{height}" rx="2">'
    .. '<title>{title}</title></rect>', { class = class_of(row), x = number(from), y = y + (BAR - height) / 2,
    width = number(width), height = height, title = hover.row(row) })
end

local function draw_row(row, x, y, height)
  local bar = y + height - ROW + 5
  return table.concat {
    draw_label(row, bar + 10), draw_stages(row, x, bar - 5), draw_bar(row, x, bar),
    draw_polls(row, x, bar + BAR / 2), draw_calls(row, x, bar + BAR + 2),
    draw_figures("figure", bar + 10, duration(row.to - row.from), row.total > 0 and row.total or ""),
  }
end

local function has_stages(row)
  for _, poll in ipairs(row.polls) do
    if poll.attributes["slcpi.stage"] then return true end
  end
  return false
end

--- The <svg> element of a request's rows.
---@param list Row[]
---@return string
return function(list)
  local seconds = math.max(list[1].to, 1e-6)
  local x, y, parts = scale(seconds), TOP, {}
  for i, row in ipairs(list) do
    local height = ROW + (has_stages(row) and STAGES or 0)
    if i % 2 == 1 then
      parts[#parts + 1] = ('<rect class="band" x="0" y="%d" width="%d" height="%d"/>'):format(y, WIDTH, height)
    end
    list[i].y, list[i].height, y = y, height, y + height
  end
  parts[#parts + 1] = draw_axis(seconds, x, y)
  for _, row in ipairs(list) do parts[#parts + 1] = draw_row(row, x, row.y, row.height) end
  return ('<svg viewBox="0 0 %d %d" role="img" aria-label="timeline">%s</svg>'):format(WIDTH, y + 4,
    table.concat(parts))
end
