/* core.sys for other C units: the clock of a Lua state, and the module's second half. */
#ifndef SLCPI_LSYS_H
#define SLCPI_LSYS_H

#include <lua.h>

#include "clock.h"

/* The clock of this Lua state, made at real speed on first use; it lives as long as the state. */
virtual_clock *lsys_clock(lua_State *L);

/* Adds the functions of files and locks to the module table on top of the stack. */
void lfiles_add(lua_State *L);

#endif
