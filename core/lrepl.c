#include "lrepl.h"
#include "limits.h"
#include "repl.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <lauxlib.h>

static const char EDITOR_TYPE[] = "slcpi.editor";

typedef struct {
  repl_editor *editor; /* NULL: closed, or not open yet */
} holder;

static bool at_terminal(void) {
  return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static int l_close(lua_State *L) {
  holder *h = luaL_checkudata(L, 1, EDITOR_TYPE);
  repl_close(h->editor);
  h->editor = NULL;
  return 0;
}

/* The process's editor, made on first use; it ends with the Lua state. */
static repl_editor *get_editor(lua_State *L) {
  if (lua_getfield(L, LUA_REGISTRYINDEX, EDITOR_TYPE) == LUA_TTABLE) {
    lua_getfield(L, -1, "editor");
    holder *made = lua_touserdata(L, -1);
    lua_pop(L, 2);
    if (made && made->editor) return made->editor;
  } else {
    lua_pop(L, 1);
  }
  char error[256];
  holder *h = lua_newuserdatauv(L, sizeof *h, 0);
  *h = (holder){NULL};
  luaL_newmetatable(L, EDITOR_TYPE);
  lua_pushcfunction(L, l_close);
  lua_setfield(L, -2, "__gc");
  lua_pushvalue(L, -2);
  lua_setfield(L, -2, "editor");
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
  if (!(h->editor = repl_open(error, sizeof error))) luaL_error(L, "%s", error);
  return h->editor;
}

enum { OPTIONS = 1, ANSWER = 2 }; /* stack indices in read_line: the last answer stays there */

/* Calls an option's function; its results lie at ANSWER and above. False: it has nothing to say. */
static bool ask(lua_State *L, const char *name, const char *line, size_t cursor) {
  lua_settop(L, OPTIONS);
  if (!lua_checkstack(L, 8) || lua_getfield(L, OPTIONS, name) != LUA_TFUNCTION) return false;
  lua_pushstring(L, line);
  lua_pushinteger(L, (lua_Integer)cursor);
  return lua_pcall(L, 2, 3, 0) == LUA_OK; /* an error must not cross libedit */
}

static repl_completion complete(void *context, const char *line, size_t cursor) {
  lua_State *L = context;
  if (!ask(L, "complete", line, cursor)) return (repl_completion){0};
  return (repl_completion){.erase = (size_t)lua_tointeger(L, ANSWER),
                           .insert = lua_tostring(L, ANSWER + 1),
                           .list = lua_tostring(L, ANSWER + 2)};
}

static const char *hint(void *context, const char *line, size_t cursor) {
  lua_State *L = context;
  return ask(L, "hint", line, cursor) ? lua_tostring(L, ANSWER) : NULL;
}

static int push_end(lua_State *L, repl_end end, const char *line) {
  if (end == REPL_LINE) return lua_pushstring(L, line), 1;
  luaL_pushfail(L);
  lua_pushstring(L, end == REPL_EOF ? "eof" : "interrupted");
  lua_pushstring(L, end == REPL_EOF || !line ? "" : line);
  return 3;
}

static int edit_line(lua_State *L) {
  repl_editor *editor = get_editor(L);
  repl_helper helper = {L, complete, hint};
  lua_settop(L, OPTIONS);
  lua_getfield(L, OPTIONS, "prompt");
  const char *prompt = luaL_checkstring(L, -1); /* stays alive in the options */
  char *line = NULL;
  repl_end end = repl_read(editor, prompt, &helper, &line);
  return push_end(L, end, line);
}

/* Byte by byte: what the lines start may read stdin, too. */
static repl_end read_plainly(lua_State *L, luaL_Buffer *text) {
  struct pollfd waits[] = {{STDIN_FILENO, POLLIN, 0}, {limits_wake_fd(), POLLIN, 0}};
  bool any = false;
  luaL_buffinit(L, text);
  for (;;) {
    char byte;
    if (limits_interrupted()) return REPL_INTERRUPTED;
    if (poll(waits, 2, -1) < 0 || !waits[0].revents) continue;
    ssize_t n = read(STDIN_FILENO, &byte, 1);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return any ? REPL_LINE : REPL_EOF;
    if (byte == '\n') return REPL_LINE;
    luaL_addchar(text, byte);
    any = true;
  }
}

int lrepl_read_line(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, OPTIONS);
  if (at_terminal()) return edit_line(L);
  luaL_Buffer text;
  repl_end end = read_plainly(L, &text);
  luaL_pushresult(&text);
  return end == REPL_LINE ? 1 : push_end(L, end, lua_tostring(L, -1));
}

int lrepl_interactive(lua_State *L) {
  lua_pushboolean(L, at_terminal());
  return 1;
}

int lrepl_remember(lua_State *L) {
  const char *line = luaL_checkstring(L, 1);
  if (at_terminal()) repl_remember(get_editor(L), line);
  return 0;
}
