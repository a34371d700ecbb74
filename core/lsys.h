/* core.sys for other C units: the clock of a Lua state, and the module's second half. */
#ifndef SLCPI_LSYS_H
#define SLCPI_LSYS_H

#include <lua.h>

#include "clock.h"

/* The clock of this Lua state, made at real speed on first use; it lives as long as the state. */
virtual_clock *lsys_clock(lua_State *L);

enum { LSYS_SEED = 16 };

/* From now on every random byte of this Lua state comes from these LSYS_SEED bytes. */
void lsys_seed(lua_State *L, const char *bytes);

/* Random bytes for all that Lua is given; may raise. */
void lsys_random(lua_State *L, unsigned char *bytes, size_t n);

/* Adds the functions of files and locks to the module table on top of the stack. */
void lfiles_add(lua_State *L);

#endif
