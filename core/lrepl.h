/* The prompt for Lua: functions of the engine's private table. */
#ifndef SLCPI_LREPL_H
#define SLCPI_LREPL_H

#include <lua.h>

/* core.read_line{prompt=, complete=, hint=} -> text | nil, "eof" | nil, "interrupted", text so far
 *
 * At a terminal the line is edited; otherwise stdin is read as it is, without a prompt.
 * complete(line, cursor) -> characters to erase, text to insert?, text to show below?
 * hint(line, cursor) -> text? to the right of the line. `cursor` counts the bytes before it. */
int lrepl_read_line(lua_State *L);

/* core.interactive() -> bool: a person types, and sees what is written */
int lrepl_interactive(lua_State *L);

/* core.remember(line): for the arrow keys; without a terminal it does nothing */
int lrepl_remember(lua_State *L);

#endif
