/* Tables of named fields as arguments: each field is known by name and type, anything else is an
 * argument error. Read without metamethods, so that a string stays reachable through its table. */
#ifndef SLCPI_LFIELDS_H
#define SLCPI_LFIELDS_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct {
  const char *name; /* NULL ends the list */
  int type;         /* LUA_TSTRING, … */
  bool bytes;       /* a string that may contain zero bytes */
} lfield;

/* Where a table came from, for messages. */
typedef struct {
  int arg;          /* the argument */
  const char *noun; /* what the argument is a list of: "request"; NULL: no list */
  int item;
} lfields_place;

/* Raises: "bad argument #1 to 'send' (request 2: field 'url' is missing)". */
int lfields_fail(lua_State *L, lfields_place place, const char *name, const char *why);

/* Raises unless every field of the table at `index` (absolute) is known and of its type. */
void lfields_check(lua_State *L, int index, lfields_place place, const lfield *known);

/* Pushes a field and returns its type. */
int lfields_push(lua_State *L, int index, const char *name);

/* The field's value, or NULL, false, 0 when it is absent. A number must be positive. */
const char *lfields_string(lua_State *L, int index, const char *name, size_t *len);
bool lfields_flag(lua_State *L, int index, const char *name);
double lfields_number(lua_State *L, int index, lfields_place place, const char *name);

/* True for a string that C would cut short. */
bool lfields_has_zero(lua_State *L, int index);

#endif
