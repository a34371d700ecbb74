-- One rule file for all Lua: the libraries see safe Lua, scripts see the engine's built-ins too.
std = "lua54"
max_line_length = 120
ignore = { "211/rollback", "211/restore" } -- <close> variables work by being there
exclude_files = { "lualib/meta" }
files["lualib/live_check/slsim.lua"] = { max_line_length = false } -- the API's own error texts
local function script_rules(...)
  return {
    globals = { "description", "arguments", "effect", "timeout", "run", "v1" },
    read_globals = { "call", "must", "request", "config", "log", ... },
    allow_defined_top = true,
    ignore = { "131" }, -- a step that nobody in the file calls is called by the engine
  }
end
files["scripts"] = script_rules()
files["scripts/workflows"] = script_rules "proc"
files["examples/overlay/scripts"] = script_rules()
files["examples/workflows"] = script_rules "proc"
files["examples/overlay/hooks"] = {
  globals = { "before", "after", "around", "override" },
  read_globals = { "call", "must", "request", "config", "log", "errors" },
}
files["examples/overlay/spec"] = { std = "lua54+busted", max_line_length = 140 }
files["tests"] = { std = "lua54+busted", max_line_length = 140 } -- tables of cases
