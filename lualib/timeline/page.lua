--- The page of a trace: for each request what became of it, its timeline, and a table of its calls. It needs
--- nothing but itself.

local duration = require "timeline.duration"
local hover = require "timeline.hover"
local html = require "timeline.html"
local rows = require "timeline.rows"
local style = require "timeline.style"
local svg = require "timeline.svg"

local PAGE = [[
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,"><title>{title}</title><style>
{STYLE}</style></head><body><main>
<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs><pattern id="waiting" width="6" height="6"
 patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="var(--wait-paper)"/>
<rect width="1.6" height="6" fill="var(--wait)" opacity=".55"/></pattern></defs></svg>
{SECTIONS}</main></body></html>
]]

local SECTION = [[
<section><h1>{name} <small class="{outcome}">{outcome}</small></h1>
<dl>{FACTS}</dl>
{MESSAGE}<div class="legend">{LEGEND}</div>
{SVG}
<h2>API calls</h2>
<table><thead><tr><th class="n">at</th><th>call</th><th>in</th><th class="n">took</th><th class="n">attempts</th>
<th class="n">rate limit</th><th class="n">HTTP</th><th class="n">out</th><th class="n">in</th></tr></thead><tbody>
{CALLS}</tbody></table></section>
]]

local CALL = [[
<tr><td class="n">{at}</td><td class="{mark}">{name}{ERROR}</td><td>{step}</td><td class="n">{took}</td>
<td class="n">{attempts}</td><td class="n">{waited}</td><td class="n">{status}</td><td class="n">{out}</td>
<td class="n">{received}</td></tr>
]]

local KEYS = {
  { "step", '<rect class="bar step" width="26" height="11" rx="2"/>' },
  { "hook", '<rect class="bar hook" width="26" height="11" rx="2"/>' },
  { "waiting, each look a dot", '<rect class="bar wait" x=".5" y=".5" width="25" height="11" rx="2"/>'
    .. '<circle class="poll" cx="13" cy="6" r="3.6"/>' },
  { "call that reads", '<rect class="call read" x="10" y="3" width="5" height="7" rx="1"/>' },
  { "call that changes something", '<rect class="call change" x="10" y="3" width="5" height="7" rx="1"/>' },
  { "call that failed", '<rect class="call failed" x="10" y="3" width="5" height="7" rx="1"/>' },
}

local function legend()
  local parts = {}
  for i, key in ipairs(KEYS) do
    parts[i] = ('<span><svg class="key" viewBox="0 0 26 12">%s</svg>%s</span>'):format(key[2], html.escape(key[1]))
  end
  return table.concat(parts)
end

local function facts(root, list)
  local of, parts = root.attributes, {}
  local began = os.date("!%Y-%m-%d %H:%M:%S UTC", root.start // 1000000000)
  local polls, waited = 0, 0
  for _, row in ipairs(list) do
    polls, waited = polls + #row.polls, waited + (row.kind == "wait" and row.to - row.from or 0)
  end
  for _, fact in ipairs { { "duration", duration(list[1].to) }, { "waiting", duration(waited) },
    { "API calls", list[1].total }, { "polls", polls },
    { "request", of["slcpi.request_id"] }, { "director", of["slcpi.director"] }, { "began", began },
    { "slcpi", of["slcpi.version"] } } do
    if fact[2] then
      parts[#parts + 1] = html.fill("<div><dt>{name}</dt><dd>{value}</dd></div>", { name = fact[1], value = fact[2] })
    end
  end
  return table.concat(parts)
end

local function milliseconds(value) return type(value) == "number" and value > 0.0005 and duration(value) or "–" end

local function call_row(call)
  local of, status = call.span.attributes, call.span.status
  return html.fill(CALL, {
    at = duration(call.from), name = hover.name(call.span), step = call.step,
    mark = call.failed and "failed" or of["slcpi.class"] == "read" and "read" or "change",
    ERROR = status.message and "<br>" .. html.escape(status.message) or "",
    took = call.span.unfinished and "unfinished" or duration(call.to - call.from), attempts = rows.sent(call.span),
    waited = milliseconds(of["slcpi.rate_limit_wait"]), status = of["http.response.status_code"] or "–",
    out = of["slcpi.bytes_out"] or "–", received = of["slcpi.bytes_in"] or "–",
  })
end

local function section(root)
  local list, calls = rows.of(root), {}
  for i, call in ipairs(rows.calls(list)) do calls[i] = call_row(call) end
  local message = root.status.message
  return html.fill(SECTION, {
    name = root.name, outcome = rows.outcome(root), FACTS = facts(root, list), LEGEND = legend(), SVG = svg(list),
    MESSAGE = message and '<p class="message">' .. html.escape(message) .. "</p>\n" or "", CALLS = table.concat(calls),
  })
end

--- The whole document.
---@param roots Node[]
---@return string
return function(roots)
  local sections = {}
  for i, root in ipairs(roots) do sections[i] = section(root) end
  local title = roots[1].name .. " – slcpi trace"
  return html.fill(PAGE, { title = title, STYLE = style, SECTIONS = table.concat(sections) })
end
