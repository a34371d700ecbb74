--- The page's style: light, also on paper; dark on a screen that asks for it.

return [[
:root { --paper:#fff; --ink:#1c2733; --muted:#68778a; --grid:#e3e8ee; --band:#f7f9fb; --request:#43566d; --step:#5b92cc;
  --hook:#9b5fc9; --wait:#c9a227; --wait-paper:#fdf6df; --read:#1d8a7e; --change:#dd5a12; --failed:#c8192e; }
@media screen and (prefers-color-scheme: dark) {
  :root { --paper:#161b22; --ink:#e3e9f0; --muted:#93a1b3; --grid:#2b3440; --band:#1a2029; --request:#93a7c0;
    --step:#5b92cc; --hook:#b58ae0; --wait:#d3b04a; --wait-paper:#2e2a1a; --read:#3bb5a6; --change:#f07c3a;
    --failed:#ff5d6c; }
}
* { box-sizing:border-box; print-color-adjust:exact; -webkit-print-color-adjust:exact; }
body { margin:0; background:var(--paper); color:var(--ink);
  font:14px/1.45 system-ui,"Segoe UI","DejaVu Sans",sans-serif; }
main { max-width:1200px; margin:0 auto; padding:20px; }
section + section { border-top:1px solid var(--grid); margin-top:32px; padding-top:16px; }
h1 { font-size:24px; margin:0 0 10px; }
h1 small { font-size:14px; font-weight:600; border-radius:10px; padding:2px 10px; margin-left:8px;
  vertical-align:middle; color:var(--paper); background:var(--read); }
h1 small.failed { background:var(--failed); } h1 small.unfinished { background:var(--wait); }
h2 { font-size:16px; margin:24px 0 6px; }
dl { display:flex; flex-wrap:wrap; gap:4px 30px; margin:0 0 14px; }
dt { color:var(--muted); font-size:12px; } dd { margin:0; font-weight:600; }
.message { border-left:3px solid var(--failed); padding:4px 10px; margin:0 0 14px; overflow-wrap:anywhere; }
svg { display:block; width:100%; height:auto; font-family:inherit; }
svg.key { display:inline-block; width:26px; height:14px; vertical-align:-2px; margin-right:5px; }
.legend { display:flex; flex-wrap:wrap; gap:2px 20px; color:var(--muted); font-size:12.5px; margin:2px 0 8px; }
.band { fill:var(--band); } .grid { stroke:var(--grid); }
.tick { text-anchor:middle; } .head, .figure { text-anchor:end; }
.tick, .head { fill:var(--muted); font-size:12px; }
.figure { fill:var(--ink); font-size:12.5px; font-variant-numeric:tabular-nums; }
.label { fill:var(--ink); font-size:13px; } .label.request { font-weight:700; }
.label.hook { fill:var(--hook); } .label.wait { fill:var(--muted); } .label.broken { fill:var(--failed); }
.note { fill:var(--muted); font-size:11px; } .stage { fill:var(--muted); font-size:9.5px; }
.bar.request, .bar.action { fill:var(--request); } .bar.step { fill:var(--step); } .bar.hook { fill:var(--hook); }
.bar.wait { fill:url(#waiting); stroke:var(--wait); }
.bar.broken { stroke:var(--failed); stroke-width:2; }
.bar.open { stroke:var(--wait); stroke-dasharray:4 3; stroke-width:2; }
.poll { fill:var(--paper); stroke:var(--wait); stroke-width:2; }
.call.read { fill:var(--read); } .call.change { fill:var(--change); } .call.failed { fill:var(--failed); }
.call.pale { opacity:.35; }
.call:hover, .bar:hover, .poll:hover { filter:brightness(1.2); }
table { border-collapse:collapse; width:100%; font-size:12.5px; font-variant-numeric:tabular-nums; }
th { text-align:left; color:var(--muted); font-weight:500; border-bottom:1px solid var(--grid); }
th, td { padding:3px 10px 3px 0; } td { border-bottom:1px solid var(--grid); overflow-wrap:anywhere; }
.n { text-align:right; white-space:nowrap; } td.failed { color:var(--failed); } td.change { color:var(--change); }
@media print { main { max-width:none; padding:0; } section + section { break-before:page; border:0; margin:0; }
  body { font-size:12px; } table { font-size:10px; } dl { gap:2px 20px; } tr { break-inside:avoid; }
  thead { display:table-header-group; } @page { size:A4 landscape; margin:12mm; } }
]]
