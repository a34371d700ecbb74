/* Any bytes into json.decode. What is accepted must survive encoding, plain and pretty: the value
 * that is read back is equal, down to integer or float, the sign of zero, array or object. */
#include <lua.h>
#include <lauxlib.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/modules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool equal(lua_State *L, int a, int b);

static int table_size(lua_State *L, int t) {
  int count = 0;
  for (lua_pushnil(L); lua_next(L, t); lua_pop(L, 1)) count++;
  return count;
}

static bool equal_marks(lua_State *L, int a, int b) {
  bool marked_a = lua_getmetatable(L, a), marked_b = lua_getmetatable(L, b);
  lua_pop(L, marked_a + marked_b);
  return marked_a == marked_b;
}

static bool equal_tables(lua_State *L, int a, int b) {
  luaL_checkstack(L, 10, "fuzz");
  if (!equal_marks(L, a, b) || table_size(L, a) != table_size(L, b)) return false;
  for (lua_pushnil(L); lua_next(L, a); lua_pop(L, 2)) {
    lua_pushvalue(L, -2);
    lua_rawget(L, b);
    if (!equal(L, lua_absindex(L, -2), lua_absindex(L, -1))) return false;
  }
  return true;
}

static bool equal(lua_State *L, int a, int b) {
  if (lua_type(L, a) != lua_type(L, b) || lua_isinteger(L, a) != lua_isinteger(L, b)) return false;
  if (lua_type(L, a) == LUA_TTABLE) return equal_tables(L, a, b);
  if (lua_type(L, a) != LUA_TNUMBER || lua_isinteger(L, a)) return lua_rawequal(L, a, b);
  double x = lua_tonumber(L, a), y = lua_tonumber(L, b);
  return x == y && !signbit(x) == !signbit(y);
}

/* Pushes json.<name>(value, {pretty = …}); aborts where it answers nil. */
static void must(lua_State *L, const char *name, int value, bool pretty) {
  lua_getfield(L, 1, name);
  lua_pushvalue(L, value);
  lua_createtable(L, 0, 1);
  lua_pushboolean(L, pretty);
  lua_setfield(L, -2, "pretty");
  lua_call(L, 2, 1);
  if (lua_isnil(L, -1)) abort();
}

static void check_round_trip(lua_State *L, int value, bool pretty) {
  must(L, "encode", value, pretty);
  must(L, "decode", lua_absindex(L, -1), false);
  if (!equal(L, value, lua_absindex(L, -1))) abort();
  lua_settop(L, value);
}

static lua_State *open_state(void) {
  lua_State *L = luaL_newstate();
  if (!L) abort();
  luaL_requiref(L, "core.json", luaopen_core_json, 0);
  return L;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static lua_State *L; /* one state for all inputs: libFuzzer has no end to close it at */
  if (!L) L = open_state();
  lua_settop(L, 1);
  lua_getfield(L, 1, "decode");
  lua_pushlstring(L, (const char *)data, size);
  lua_call(L, 1, 2);
  if (lua_isnil(L, 2)) {
    if (lua_type(L, 3) != LUA_TSTRING) abort();
    return 0;
  }
  lua_settop(L, 2);
  check_round_trip(L, 2, false);
  check_round_trip(L, 2, true);
  return 0;
}
