/* A Lua module: moves this process into a network namespace and a mount namespace of its own, with
 * an empty /run. What it and its children make there ends with them, however they end.
 */
#include <lauxlib.h>
#include <sched.h>
#include <sys/mount.h>

/* enter() -> true | nil, message, errno */
static int l_enter(lua_State *L) {
  int done = !unshare(CLONE_NEWNET | CLONE_NEWNS) &&
             !mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
             !mount("machines", "/run", "tmpfs", 0, "mode=0755");
  return luaL_fileresult(L, done, NULL);
}

int luaopen_own_network(lua_State *L) {
  lua_pushcfunction(L, l_enter);
  return 1;
}
