-- One rule file for all Lua: the libraries see safe Lua, scripts see the engine's built-ins too.
std = "lua54"
max_line_length = 120
exclude_files = { "lualib/meta" }
files["scripts"] = {
  globals = { "description", "arguments", "effect", "timeout", "run", "v1" },
  read_globals = { "call", "must", "request", "config", "log" },
  allow_defined_top = true,
}
files["tests"] = { std = "lua54+busted" }
