/* What other C units need of core.sys: the clock of a Lua state. */
#ifndef SLCPI_LSYS_H
#define SLCPI_LSYS_H

#include <lua.h>

#include "clock.h"

/* The clock of this Lua state, made at real speed on first use; it lives as long as the state. */
virtual_clock *lsys_clock(lua_State *L);

#endif
