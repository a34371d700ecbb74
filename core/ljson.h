/* What the two halves of core.json share. Every C buffer belongs to a userdata that is on the stack
 * before the first byte is added, since any call into Lua may raise a memory error. */
#ifndef SLCPI_LJSON_H
#define SLCPI_LJSON_H

#include <lua.h>

#include "json.h"

/* Upvalues of every function of the module. */
enum { UP_ARRAY = 1, UP_WORK, UP_CJSON, UP_COUNT = UP_CJSON };
#define UP(n) lua_upvalueindex(n)

/* What one call owns in C: the text, and in the encoder the keys of all objects that are open. A
 * copy of the keys, because a finalizer may run at any allocation and change a table. */
typedef struct {
  json_buf text, names;
  json_keys keys;
} work;

work *ljson_push_work(lua_State *L);
void ljson_free(work *w);

bool ljson_is_null(lua_State *L, int index);
bool ljson_is_marked(lua_State *L, int index); /* as an array */

/* n if the keys of the table on top are exactly 1..n, 0 if it is empty, -1 otherwise. */
lua_Integer ljson_sequence_length(lua_State *L);

int ljson_encode(lua_State *L);

#endif
