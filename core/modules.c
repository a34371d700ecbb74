#include "modules.h"

#include <lauxlib.h>

static const luaL_Reg modules[] = {
    {"core.gzip", luaopen_core_gzip},   {"core.http", luaopen_core_http},
    {"core.json", luaopen_core_json},   {"core.log", luaopen_core_log},
    {"core.retry", luaopen_core_retry}, {"core.softlayer", luaopen_core_softlayer},
    {"core.sys", luaopen_core_sys},     {NULL, NULL},
};

void modules_preload(lua_State *L) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  for (const luaL_Reg *m = modules; m->name; m++) {
    lua_pushcfunction(L, m->func);
    lua_setfield(L, -2, m->name);
  }
  lua_pop(L, 1);
}
