/* core.run_process: the one way of a script to a program, for the engine's private table. */
#ifndef SLCPI_LPROC_H
#define SLCPI_LPROC_H

#include <lua.h>

/* Makes what lproc_run needs; leaves the stack as it is. */
void lproc_open(lua_State *L);

/* run_process({ "program", "argument", …, stdin=, timeout=, max_bytes=, env= }, remaining)
 *   -> { status= | signal=, stdout=, stderr= } | nil, reason, message
 * Wrong options raise. `remaining`: seconds of our clock that the caller has. */
int lproc_run(lua_State *L);

#endif
