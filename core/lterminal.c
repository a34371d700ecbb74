#include "lterminal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <lauxlib.h>

/* As no-color.org has it, an empty NO_COLOR counts as unset. */
static int has_colour(void) {
  const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");
  return !(no_colour && *no_colour) && term && *term && strcmp(term, "dumb") != 0;
}

/* The first of these that says something is in force. */
static int has_unicode(void) {
  static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG", NULL};
  for (const char *const *name = names; *name; name++) {
    const char *locale = getenv(*name);
    if (locale && *locale) return strcasestr(locale, "utf-8") || strcasestr(locale, "utf8");
  }
  return 0;
}

int lterminal_describe(lua_State *L) {
  struct winsize size = {0};
  if (!isatty(STDOUT_FILENO)) return luaL_pushfail(L), 1;
  ioctl(STDOUT_FILENO, TIOCGWINSZ, &size); /* a serial line has no size */
  lua_createtable(L, 0, 4);
  lua_pushinteger(L, size.ws_col > 0 ? size.ws_col : 80);
  lua_setfield(L, -2, "columns");
  lua_pushinteger(L, size.ws_row > 0 ? size.ws_row : 24);
  lua_setfield(L, -2, "rows");
  lua_pushboolean(L, has_colour());
  lua_setfield(L, -2, "colour");
  lua_pushboolean(L, has_unicode());
  lua_setfield(L, -2, "unicode");
  return 1;
}
