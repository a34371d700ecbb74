/* What people's commands ask of their terminal. */
#ifndef SLCPI_LTERMINAL_H
#define SLCPI_LTERMINAL_H

#include <lua.h>

/* core.terminal() -> {columns=, rows=, colour=, unicode=} | nil when stdout is no terminal */
int lterminal_describe(lua_State *L);

/* core.page(text) -> bool: shows it by $PAGER or less until the person leaves; false: there is none
 */
int lterminal_page(lua_State *L);

#endif
