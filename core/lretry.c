/* core.retry: the arithmetic of retry.c for Lua. */
#include <math.h>
#include <stdint.h>

#include <lauxlib.h>
#include <lua.h>

#include "lsys.h"
#include "modules.h"
#include "retry.h"

static double chance(lua_State *L) {
  uint32_t random;
  lsys_random(L, (unsigned char *)&random, sizeof random);
  return ldexp(random, -32);
}

static double field(lua_State *L, int index, const char *name, double otherwise) {
  lua_getfield(L, index, name);
  double value = luaL_optnumber(L, -1, otherwise);
  lua_pop(L, 1);
  return value;
}

/* retry.delay({attempts=, base=, cap=}, attempt[, retry_after]) -> seconds | nil */
static int l_delay(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  retry_policy policy = {(int)field(L, 1, "attempts", 6), field(L, 1, "base", 0.5),
                         field(L, 1, "cap", 20)};
  lua_Integer attempt = luaL_checkinteger(L, 2);
  double delay = retry_delay(&policy, attempt > 1000 ? 1000 : (int)attempt,
                             luaL_optnumber(L, 3, -1), chance(L));
  if (delay < 0) return luaL_pushfail(L), 1;
  lua_pushnumber(L, delay);
  return 1;
}

static const luaL_Reg functions[] = {{"delay", l_delay}, {NULL, NULL}};

int luaopen_core_retry(lua_State *L) {
  luaL_newlib(L, functions);
  return 1;
}
