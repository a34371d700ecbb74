#include "lowned.h"

#include <stdlib.h>

#include <lauxlib.h>

static const char TYPE[] = "slcpi.text";

static int l_free(lua_State *L) {
  char **text = luaL_checkudata(L, 1, TYPE);
  free(*text);
  *text = NULL;
  return 0;
}

void lowned_open(lua_State *L) {
  luaL_newmetatable(L, TYPE);
  lua_pushcfunction(L, l_free);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 1);
}

char **lowned_push(lua_State *L) {
  char **text = lua_newuserdatauv(L, sizeof *text, 0);
  *text = NULL;
  luaL_setmetatable(L, TYPE);
  return text;
}
