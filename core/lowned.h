/* C strings that Lua's collector frees. */
#ifndef SLCPI_LOWNED_H
#define SLCPI_LOWNED_H

#include <lua.h>

/* Makes their type known; once, before the first. */
void lowned_open(lua_State *L);

/* Pushes an owner of nothing yet; what is put there is freed with it. */
char **lowned_push(lua_State *L);

#endif
