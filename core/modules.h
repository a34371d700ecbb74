/* The one list of Lua modules that are written in C. */
#ifndef SLCPI_MODULES_H
#define SLCPI_MODULES_H

#include <lua.h>

int luaopen_core_gzip(lua_State *L);
int luaopen_core_http(lua_State *L);
int luaopen_core_json(lua_State *L);
int luaopen_core_log(lua_State *L);
int luaopen_core_retry(lua_State *L);
int luaopen_core_softlayer(lua_State *L);
int luaopen_core_sys(lua_State *L);

/* Makes every core module available to `require` through package.preload. */
void modules_preload(lua_State *L);

#endif
