/* The modules of the simulator that are written in C. */
#ifndef SLSIM_H
#define SLSIM_H

#include <lua.h>

int luaopen_slsim_httpd(lua_State *L);
int luaopen_slsim_host(lua_State *L);

#endif
