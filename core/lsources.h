/* The engine's functions that know sources, see lsources.c. */
#ifndef SLCPI_LSOURCES_H
#define SLCPI_LSOURCES_H

#include <lua.h>

#include "state.h"

/* Adds them to the table on the top of the stack. */
void lsources_add(lua_State *L, state_options *options);

#endif
