#include "lterminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <lauxlib.h>

#include "state.h"

enum { NOT_FOUND = 127 }; /* the shell's status of a command that there is not */

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

/* Keeps colours, and ends by itself when the text fits after all. */
static _Noreturn void become_pager(const char *pager, int input) {
  signal(SIGPIPE, SIG_DFL);
  if (dup2(input, STDIN_FILENO) < 0 || setenv("LESS", "FRX", 0) != 0) _exit(NOT_FOUND);
  execl("/bin/sh", "sh", "-c", pager, (char *)NULL);
  _exit(NOT_FOUND);
}

/* The person may leave before the end: then SIGPIPE is ignored and the write fails. */
static void feed(int fd, const char *text, size_t len) {
  while (len > 0) {
    ssize_t n = write(fd, text, len);
    if (n < 0 && errno != EINTR) return;
    if (n > 0) text += n, len -= (size_t)n;
  }
}

static bool ended_well(pid_t pid) {
  int status;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return false;
  }
  return !(WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND);
}

static bool page(const char *pager, const char *text, size_t len) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  pid_t pid = fork();
  if (pid == 0) become_pager(pager, ends[0]);
  close(ends[0]);
  /* The interrupt key is the pager's as long as it is there. */
  struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
  sigaction(SIGINT, &ignore, &before);
  if (pid > 0) feed(ends[1], text, len);
  close(ends[1]);
  bool shown = pid > 0 && ended_well(pid);
  sigaction(SIGINT, &before, NULL);
  return shown;
}

int lterminal_page(lua_State *L) {
  const state_options *options = lua_touserdata(L, lua_upvalueindex(1));
  const char *pager = getenv("PAGER");
  size_t len;
  const char *text = luaL_checklstring(L, 1, &len);
  luaL_argcheck(L, !options->director, 1, "stdout belongs to the answer");
  if (!pager) pager = "less";
  lua_pushboolean(L, *pager && page(pager, text, len));
  return 1;
}
