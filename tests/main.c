/* slcpi-test: the core modules under a full Lua, so that busted's runner and the specs can use
 * them. `slcpi-test FILE.lua [ARG]…` runs a file; slcpi itself has no such mode. */
#include <stdio.h>

#include <lauxlib.h>
#include <lualib.h>

#include "core/limits.h"
#include "core/modules.h"

/* Specs require the product's own sources from the checkout: lualib, and slsim's modules. */
static const char paths[] =
    "package.path = 'lualib/?.lua;tests/?.lua;' .. package.path\n"
    "table.insert(package.searchers, 2, function(name)\n"
    "  local inner = name:match('^slsim%.(.+)$')\n"
    "  local path = inner and 'tests/simulator/' .. inner:gsub('%.', '/') .. '.lua'\n"
    "  local chunk, message = path and loadfile(path)\n"
    "  return chunk or message, path\n"
    "end)\n";

static void push_arguments(lua_State *L, int argc, char **argv) {
  lua_createtable(L, argc, 0);
  for (int i = 0; i < argc; i++) {
    lua_pushstring(L, argv[i]);
    lua_rawseti(L, -2, i - 1);
  }
  lua_setglobal(L, "arg");
}

int main(int argc, char **argv) {
  if (argc < 2) return fputs("usage: slcpi-test FILE.lua [ARG]…\n", stderr), 2;
  limits_catch_signals();
  lua_State *L = luaL_newstate();
  if (!L) return fputs("slcpi-test: out of memory\n", stderr), 1;
  luaL_openlibs(L);
  modules_preload(L);
  push_arguments(L, argc, argv);
  int status = luaL_dostring(L, paths) || luaL_dofile(L, argv[1]);
  if (status) fprintf(stderr, "%s\n", luaL_tolstring(L, -1, NULL));
  lua_close(L);
  return status ? 1 : 0;
}
