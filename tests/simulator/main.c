/* slsim: a Lua state with the full standard library, the embedded sources below "slsim.", core.json
 * and core.sys, the HTTP server; then slsim.main does the rest.
 *
 * Deliberately without core.softlayer and lualib: the simulator must not share the client's ideas
 * of the API.
 */
#include "core/embed.h"
#include "slsim.h"
#include "core/modules.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>

static const struct {
  const char *name;
  lua_CFunction open;
} modules[] = {{"core.json", luaopen_core_json},
               {"core.sys", luaopen_core_sys},
               {"slsim.httpd", luaopen_slsim_httpd},
               {"slsim.host", luaopen_slsim_host}};

/* searcher("slsim.services.Account") -> the chunk of "services/Account.lua" */
static int l_search(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  if (strncmp(name, "slsim.", 6) != 0) return 0;
  luaL_gsub(L, name + 6, ".", "/");
  const char *path = lua_pushfstring(L, "%s.lua", lua_tostring(L, -1));
  const embed_file *file = embed_find(path);
  if (!file) return lua_pushfstring(L, "no embedded source '%s'", path), 1;
  const char *chunk = lua_pushfstring(L, "@slsim/%s", path);
  if (luaL_loadbufferx(L, file->text, file->len, chunk, "t") != LUA_OK) return lua_error(L);
  lua_pushstring(L, path);
  return 2;
}

static void install(lua_State *L) {
  luaL_openlibs(L);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
    lua_pushcfunction(L, modules[i].open);
    lua_setfield(L, -2, modules[i].name);
  }
  lua_getglobal(L, "package");
  lua_getfield(L, -1, "searchers");
  lua_pushcfunction(L, l_search);
  lua_seti(L, -2, 2);
  lua_settop(L, 0);
}

static int traceback(lua_State *L) {
  luaL_traceback(L, L, luaL_tolstring(L, 1, NULL), 1);
  return 1;
}

/* main(argument…) -> exit status */
static int l_run(lua_State *L) {
  int argc = (int)lua_tointeger(L, 1);
  char **argv = lua_touserdata(L, 2);
  install(L);
  lua_getglobal(L, "require");
  lua_pushstring(L, "slsim.main");
  lua_call(L, 1, 1);
  luaL_checkstack(L, argc, "too many arguments");
  for (int i = 1; i < argc; i++) lua_pushstring(L, argv[i]);
  lua_call(L, argc - 1, 1);
  return 1;
}

int main(int argc, char **argv) {
  lua_State *L = luaL_newstate();
  if (!L) return 1;
  lua_pushcfunction(L, traceback);
  lua_pushcfunction(L, l_run);
  lua_pushinteger(L, argc);
  lua_pushlightuserdata(L, argv);
  int failed = lua_pcall(L, 2, 1, 1);
  if (failed) fprintf(stderr, "slsim: %s\n", lua_tostring(L, -1));
  int status = failed ? 1 : (int)lua_tointeger(L, -1);
  lua_close(L);
  return status;
}
