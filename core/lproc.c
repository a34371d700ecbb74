#include "lproc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>

#include "limits.h"
#include "lsys.h"
#include "process.h"

enum { MOST_WORDS = 1024, MOST_SECONDS = 604800 };

static const lua_Integer DEFAULT_BYTES = 1048576, MOST_BYTES = 33554432; /* 1 MiB, 32 MiB */
static const double DEFAULT_TIMEOUT = 60;

static const char RESULT_TYPE[] = "core.process.result";

static int l_clear(lua_State *L) {
  process_clear(luaL_checkudata(L, 1, RESULT_TYPE));
  return 0;
}

void lproc_open(lua_State *L) {
  luaL_newmetatable(L, RESULT_TYPE);
  lua_pushcfunction(L, l_clear);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 1);
}

/* The string on top of the stack, which a table must keep alive. */
static char *text_at_top(lua_State *L, const char *what) {
  size_t len;
  const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &len) : NULL;
  if (!text || strlen(text) != len) luaL_error(L, "%s must be a string without NUL", what);
  return (char *)(size_t)text; /* execve's argv is not const, but left alone */
}

/* Pushes a NULL-terminated vector of the strings of the list at `index`. */
static char **push_vector(lua_State *L, int index, const char *what) {
  lua_Integer n = luaL_len(L, index);
  if (n > MOST_WORDS) luaL_error(L, "%s: more than %d", what, MOST_WORDS);
  char **vector = lua_newuserdatauv(L, sizeof *vector * ((size_t)n + 1), 0);
  for (lua_Integer i = 1; i <= n; i++) {
    lua_rawgeti(L, index, i);
    vector[i - 1] = text_at_top(L, what);
    lua_pop(L, 1);
  }
  vector[n] = NULL;
  return vector;
}

/* Pushes the list of what of our environment a program may see: nothing that names an account. */
static void push_default_environment(lua_State *L) {
  static const char *const known[] = {"PATH",     "HOME",      "LANG",       "TMPDIR",
                                      "TZ",       "TERM",      "http_proxy", "https_proxy",
                                      "no_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY",
                                      "NO_PROXY", "ALL_PROXY", NULL};
  lua_newtable(L);
  for (int i = 0; known[i]; i++) {
    const char *value = getenv(known[i]);
    if (!value) continue;
    lua_pushfstring(L, "%s=%s", known[i], value);
    lua_rawseti(L, -2, luaL_len(L, -2) + 1);
  }
}

/* Pushes the list "NAME=value" of the table on top of the stack, in its place. */
static void push_given_environment(lua_State *L) {
  int given = lua_gettop(L);
  lua_newtable(L);
  for (lua_pushnil(L); lua_next(L, given); lua_pop(L, 1)) {
    const char *value = text_at_top(L, "a value of env");
    if (lua_type(L, -2) != LUA_TSTRING) luaL_error(L, "a name of env must be a string");
    const char *name = lua_tostring(L, -2);
    if (!*name || strchr(name, '=')) luaL_error(L, "'%s' is no name for env", name);
    lua_pushfstring(L, "%s=%s", name, value);
    lua_rawseti(L, given + 1, luaL_len(L, given + 1) + 1);
  }
  lua_replace(L, given);
}

static void push_environment(lua_State *L, int options) {
  if (lua_getfield(L, options, "env") == LUA_TNIL) {
    lua_pop(L, 1);
    push_default_environment(L);
    return;
  }
  if (!lua_istable(L, -1)) luaL_error(L, "env must be a table");
  push_given_environment(L);
}

static double number_option(lua_State *L, const char *name, double otherwise, double most) {
  lua_getfield(L, 1, name);
  double value = luaL_optnumber(L, -1, otherwise);
  if (!(value > 0 && value <= most)) luaL_error(L, "%s must be above 0 and at most %f", name, most);
  lua_pop(L, 1);
  return value;
}

/* The engine's clock may run faster than the program. */
static double real_seconds(lua_State *L, double seconds) {
  double speed = lsys_clock(L)->speed;
  return speed > 0 ? seconds / speed : seconds;
}

/* Leaves on the stack what the options point to. */
static process_options read_options(lua_State *L) {
  process_options options = {
      .timeout = number_option(L, "timeout", DEFAULT_TIMEOUT, MOST_SECONDS),
      .max_bytes = (size_t)number_option(L, "max_bytes", (double)DEFAULT_BYTES, (double)MOST_BYTES),
  };
  luaL_argcheck(L, luaL_len(L, 1) > 0, 1, "the program is missing");
  options.argv = push_vector(L, 1, "a word of the command");
  push_environment(L, 1);
  options.env = push_vector(L, lua_gettop(L), "env");
  if (lua_getfield(L, 1, "stdin") != LUA_TNIL)
    options.input = luaL_checklstring(L, -1, &options.input_len);
  return options;
}

static void set_output(lua_State *L, const char *name, const process_output *output) {
  lua_pushlstring(L, output->text ? output->text : "", output->len);
  lua_setfield(L, -2, name);
}

static int push_result(lua_State *L, const process_result *result) {
  lua_createtable(L, 0, 3);
  lua_pushinteger(L, result->signal ? result->signal : result->status);
  lua_setfield(L, -2, result->signal ? "signal" : "status");
  set_output(L, "stdout", &result->out);
  set_output(L, "stderr", &result->err);
  return 1;
}

static int push_failure(lua_State *L, const process_result *result) {
  static const char *const reasons[] = {[PROCESS_NOT_STARTED] = "start",
                                        [PROCESS_LATE] = "timeout",
                                        [PROCESS_STOPPED] = "stopped",
                                        [PROCESS_TOO_LARGE] = "size",
                                        [PROCESS_NO_MEMORY] = "memory"};
  if (result->end == PROCESS_STOPPED) limits_report(); /* the caller learns of it by our reason */
  luaL_pushfail(L);
  lua_pushstring(L, reasons[result->end]);
  lua_pushstring(L, strerror(result->error_number));
  return 3;
}

int lproc_run(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  double remaining = real_seconds(L, luaL_checknumber(L, 2));
  process_result *result = lua_newuserdatauv(L, sizeof *result, 0);
  *result = (process_result){0};
  luaL_setmetatable(L, RESULT_TYPE);
  process_options options = read_options(L);
  bool clipped = remaining < options.timeout;
  if (clipped) options.timeout = remaining;
  process_run(&options, result);
  if (clipped && result->end == PROCESS_LATE) result->end = PROCESS_STOPPED;
  return result->end == PROCESS_ENDED ? push_result(L, result) : push_failure(L, result);
}
