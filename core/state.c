#include "state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>
#include <lualib.h>

#include "limits.h"
#include "modules.h"
#include "rpc.h"

static const size_t MEMORY_CAP = (size_t)64 * 1024 * 1024;

static void remove_fields(lua_State *L, const char *const *names) {
  for (; *names; names++) {
    lua_pushnil(L);
    lua_setfield(L, -2, *names);
  }
}

static void keep_fields(lua_State *L, const char *const *names) {
  lua_newtable(L);
  for (; *names; names++) {
    lua_getfield(L, -2, *names);
    lua_setfield(L, -2, *names);
  }
  lua_replace(L, -2);
}

/* Text chunks only come in through the engine, and nothing reaches files or processes. */
static void open_libraries(lua_State *L) {
  static const char *const unsafe_base[] = {"collectgarbage", "dofile", "load", "loadfile", NULL};
  static const char *const unsafe_string[] = {"dump", NULL};
  static const char *const safe_os[] = {"clock", "time", "date", "difftime", NULL};
  static const luaL_Reg whole[] = {{LUA_COLIBNAME, luaopen_coroutine},
                                   {LUA_TABLIBNAME, luaopen_table},
                                   {LUA_MATHLIBNAME, luaopen_math},
                                   {LUA_UTF8LIBNAME, luaopen_utf8},
                                   {NULL, NULL}};
  luaL_requiref(L, LUA_GNAME, luaopen_base, 1);
  remove_fields(L, unsafe_base);
  luaL_requiref(L, LUA_STRLIBNAME, luaopen_string, 1);
  remove_fields(L, unsafe_string);
  lua_pop(L, 2);
  for (const luaL_Reg *lib = whole; lib->name; lib++) {
    luaL_requiref(L, lib->name, lib->func, 1);
    lua_pop(L, 1);
  }
  luaL_requiref(L, LUA_OSLIBNAME, luaopen_os, 0);
  keep_fields(L, safe_os);
  lua_pushvalue(L, -1);
  lua_setglobal(L, LUA_OSLIBNAME);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_pushvalue(L, -2);
  lua_setfield(L, -2, LUA_OSLIBNAME);
  lua_pop(L, 2);
}

static void protect_strings(lua_State *L) {
  lua_pushliteral(L, "");
  lua_getmetatable(L, -1);
  lua_pushboolean(L, false);
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 2);
}

static bool load_source(lua_State *L, const embed_overlays *overlays, const char *name) {
  embed_source source;
  char error[EMBED_ERROR_SIZE];
  embed_result result = embed_load(overlays, name, &source, error);
  if (result != EMBED_FOUND) {
    lua_pushfstring(L, "%s", result == EMBED_REFUSED ? error : "no such source");
    return false;
  }
  int status = luaL_loadbufferx(L, source.text, source.len, source.chunk, "t");
  embed_release(&source);
  if (status == LUA_ERRMEM) lua_error(L); /* and not: there is no such module */
  return status == LUA_OK;
}

/* The searcher behind `require "x.y"`: lualib/x/y.lua. Upvalue 1: the overlays. */
static int l_search(lua_State *L) {
  const char *module = luaL_checkstring(L, 1);
  const embed_overlays *overlays = lua_touserdata(L, lua_upvalueindex(1));
  luaL_gsub(L, module, ".", "/");
  const char *name = lua_pushfstring(L, "lualib/%s.lua", lua_tostring(L, -1));
  if (!load_source(L, overlays, name)) {
    return lua_pushfstring(L, "%s: %s", name, lua_tostring(L, -1)), 1;
  }
  lua_pushstring(L, name);
  return 2;
}

static int search_preload(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  lua_getfield(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  if (lua_getfield(L, -1, name) == LUA_TNIL)
    return lua_pushliteral(L, "no core module of that name"), 1;
  return lua_pushliteral(L, ":preload:"), 2;
}

static void open_require(lua_State *L, const embed_overlays *overlays) {
  luaL_requiref(L, LUA_LOADLIBNAME, luaopen_package, 0); /* sets the global `require` */
  lua_newtable(L);
  lua_pushcfunction(L, search_preload);
  lua_rawseti(L, -2, 1);
  lua_pushlightuserdata(L, (void *)(size_t)overlays);
  lua_pushcclosure(L, l_search, 1);
  lua_rawseti(L, -2, 2);
  lua_setfield(L, -2, "searchers");
  lua_pop(L, 1);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_pushnil(L); /* `require "package"` would hand out the searchers */
  lua_setfield(L, -2, LUA_LOADLIBNAME);
  lua_pop(L, 1);
  lua_pushnil(L);
  lua_setglobal(L, LUA_LOADLIBNAME);
}

void state_open_safe(lua_State *L, const embed_overlays *overlays) {
  open_libraries(L);
  protect_strings(L);
  open_require(L, overlays);
  modules_preload(L);
}

/* One that cannot be used is left out and told of, by a document or a command. */
static void check_overlays(state_options *options) {
  for (size_t i = 0; i < options->overlays.count; i++) {
    if (embed_may_overlay(options->overlays.list[i].path, options->overlay_error)) continue;
    options->overlays.count = 0;
  }
}

/* Runs with everything raised inside caught by state_run; leaves the exit status on the stack. */
static int run_engine(lua_State *L) {
  state_options *options = lua_touserdata(L, 1);
  check_overlays(options);
  state_open_safe(L, &options->overlays);
  lua_getglobal(L, "require");
  lua_pushliteral(L, "engine");
  lua_call(L, 1, 1);
  lua_getfield(L, -1, "main");
  state_push_core(L, options);
  lua_call(L, 1, 1);
  return 1;
}

static int fail(lua_State *L, int status, bool director) {
  if (status != LUA_ERRMEM) luaL_tolstring(L, -1, NULL);
  fprintf(stderr, "slcpi: %s\n", lua_tostring(L, -1));
  if (director) rpc_last_words(status == LUA_ERRMEM ? RPC_MEMORY : RPC_BUG);
  return 1;
}

int state_run(state_options *options) {
  limits_memory memory = {0, MEMORY_CAP};
  lua_State *L = lua_newstate(limits_alloc, &memory);
  if (!L) {
    if (options->director) rpc_last_words(RPC_MEMORY);
    return 1;
  }
  lua_pushcfunction(L, run_engine);
  lua_pushlightuserdata(L, options);
  int status = lua_pcall(L, 1, 1, 0);
  int exit_status =
      status == LUA_OK ? (int)lua_tointeger(L, -1) : fail(L, status, options->director);
  lua_close(L);
  return exit_status;
}
