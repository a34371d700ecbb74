/* Checks and reads tables of named fields; whatever is wrong is an argument error that names it. */
#include "lfields.h"

#include <lauxlib.h>
#include <string.h>

int lfields_fail(lua_State *L, lfields_place place, const char *name, const char *why) {
  const char *what = place.noun ? lua_pushfstring(L, "%s %d: ", place.noun, place.item) : "";
  return luaL_argerror(L, place.arg, lua_pushfstring(L, "%sfield '%s' %s", what, name, why));
}

bool lfields_has_zero(lua_State *L, int index) {
  size_t len;
  const char *text = lua_tolstring(L, index, &len);
  return strlen(text) != len;
}

/* The key and value on top of the stack. */
static void check_field(lua_State *L, lfields_place place, const lfield *known) {
  if (lua_type(L, -2) != LUA_TSTRING)
    lfields_fail(L, place, lua_pushfstring(L, "[%s]", luaL_typename(L, -2)), "is unknown");
  const char *name = lua_tostring(L, -2), *got = luaL_typename(L, -1);
  while (known->name && strcmp(known->name, name) != 0) known++;
  if (!known->name) lfields_fail(L, place, name, "is unknown");
  if (lua_type(L, -1) != known->type) {
    const char *wanted = lua_typename(L, known->type);
    lfields_fail(L, place, name, lua_pushfstring(L, "must be a %s, got %s", wanted, got));
  }
  if (known->type == LUA_TSTRING && !known->bytes && lfields_has_zero(L, -1))
    lfields_fail(L, place, name, "contains a zero byte");
}

void lfields_check(lua_State *L, int index, lfields_place place, const lfield *known) {
  luaL_checkstack(L, 8, NULL);
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) check_field(L, place, known);
}

int lfields_push(lua_State *L, int index, const char *name) {
  lua_pushstring(L, name);
  return lua_rawget(L, index);
}

const char *lfields_string(lua_State *L, int index, const char *name, size_t *len) {
  (void)lfields_push(L, index, name);
  const char *text = lua_tolstring(L, -1, len);
  lua_pop(L, 1);
  return text;
}

bool lfields_flag(lua_State *L, int index, const char *name) {
  (void)lfields_push(L, index, name);
  bool on = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return on;
}

double lfields_number(lua_State *L, int index, lfields_place place, const char *name) {
  double number = 0;
  if (lfields_push(L, index, name) == LUA_TNUMBER) {
    number = lua_tonumber(L, -1);
    if (!(number > 0 && number <= 1e15)) lfields_fail(L, place, name, "must be positive");
  }
  lua_pop(L, 1);
  return number;
}
