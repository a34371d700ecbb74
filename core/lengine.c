/* The private table of the engine: what no script may do itself, but must have done for it.
 * It is handed to lualib/engine.lua once and is not reachable by `require`. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lauxlib.h>
#include <lua.h>

#include "limits.h"
#include "lowned.h"
#include "lproc.h"
#include "lrepl.h"
#include "lsources.h"
#include "lsys.h"
#include "lterminal.h"
#include "rpc.h"
#include "state.h"

enum { HOOK_COUNT = 10000 };

static const char STOP_KEY[] = "slcpi.stop";

state_options *state_options_of(lua_State *L) {
  return lua_touserdata(L, lua_upvalueindex(1));
}

/* core.request() -> text | nil, message */
static int l_request(lua_State *L) {
  static const char *const messages[] = {
      [RPC_TOO_LARGE] = "the request on stdin is larger than 8 MiB",
      [RPC_UNREADABLE] = "stdin cannot be read",
      [RPC_NO_MEMORY] = "not enough memory for the request on stdin",
  };
  size_t len;
  char **text = lowned_push(L);
  rpc_status status = rpc_read(text, &len);
  if (status != RPC_READ) return luaL_pushfail(L), lua_pushstring(L, messages[status]), 2;
  lua_pushlstring(L, *text, len);
  return 1;
}

/* core.answer(text) -> bool: whether stdout took it; only the first call writes */
static int l_answer(lua_State *L) {
  size_t len;
  const char *text = luaL_checklstring(L, 1, &len);
  lua_pushboolean(L, rpc_write(text, len));
  return 1;
}

/* core.last_words(reason, message, ok_to_retry): "deadline", "memory", "signal" or "bug" */
static int l_last_words(lua_State *L) {
  static const char *const reasons[] = {"deadline", "memory", "signal", "bug", NULL};
  rpc_reason reason = (rpc_reason)luaL_checkoption(L, 1, NULL, reasons);
  rpc_prepare(reason, luaL_checkstring(L, 2), lua_toboolean(L, 3));
  return 0;
}

/* Raises once at the deadline or after a signal, by calling the engine's function. It is told only
 * once: a hook that kept raising would stop the rollback too. */
static void hook(lua_State *L, lua_Debug *activation) {
  (void)activation;
  limits_stop stop = limits_due();
  if (stop == LIMITS_GO_ON) return;
  limits_report();
  luaL_checkstack(L, 2, NULL);
  lua_getfield(L, LUA_REGISTRYINDEX, STOP_KEY);
  lua_pushstring(L, stop == LIMITS_SIGNAL ? "signal" : "deadline");
  lua_call(L, 1, 0);
}

/* core.on_stop(function(reason)): raises the error that stops the running code */
static int l_on_stop(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 1);
  lua_setfield(L, LUA_REGISTRYINDEX, STOP_KEY);
  lua_sethook(L, hook, LUA_MASKCOUNT, HOOK_COUNT);
  return 0;
}

/* core.deadline(seconds): starts it; a later call replaces it, unless it has passed */
static int l_deadline(lua_State *L) {
  clock_deadline(lsys_clock(L), luaL_checknumber(L, 1));
  return 0;
}

/* core.begin_session(): Ctrl-C ends what runs, not the process */
static int l_begin_session(lua_State *L) {
  (void)L;
  limits_begin_session();
  return 0;
}

/* core.resume() -> bool: forgets a Ctrl-C and the deadline; false: the process was asked to stop */
static int l_resume(lua_State *L) {
  lua_pushboolean(L, limits_resume());
  return 1;
}

/* core.unload(name): the next `require` loads that module anew */
static int l_unload(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_pushnil(L);
  lua_setfield(L, -2, name);
  return 0;
}

/* core.speed(n): how many times faster than real time our clock runs; 0 = never sleep */
static int l_speed(lua_State *L) {
  lua_Number speed = luaL_checknumber(L, 1);
  luaL_argcheck(L, speed >= 0 && speed <= 1e6, 1, "0 to 1000000");
  lsys_clock(L)->speed = speed;
  return 0;
}

/* core.replay_clock(now, monotonic): both clocks go on from there, and sleeps only move them */
static int l_replay_clock(lua_State *L) {
  clock_replay(lsys_clock(L), luaL_checknumber(L, 1), luaL_checknumber(L, 2));
  return 0;
}

/* core.seed(bytes): what every random byte comes from */
static int l_seed(lua_State *L) {
  size_t len;
  const char *bytes = luaL_checklstring(L, 1, &len);
  luaL_argcheck(L, len == LSYS_SEED, 1, "16 bytes");
  lsys_seed(L, bytes);
  return 0;
}

/* core.memory(bytes): the cap on Lua's memory, 8 MiB to 4 GiB */
static int l_memory(lua_State *L) {
  lua_Integer cap = luaL_checkinteger(L, 1);
  luaL_argcheck(L, cap >= 8 << 20 && cap <= 4LL << 30, 1, "8 MiB to 4 GiB");
  void *memory;
  lua_getallocf(L, &memory);
  ((limits_memory *)memory)->cap = (size_t)cap;
  return 0;
}

/* core.traceback(message) -> message with the stack behind it */
static int l_traceback(lua_State *L) {
  luaL_traceback(L, L, luaL_tolstring(L, 1, NULL), 1);
  return 1;
}

static int put(lua_State *L, int fd) {
  size_t len;
  const char *text = luaL_checklstring(L, 1, &len);
  while (len > 0) {
    ssize_t n = write(fd, text, len);
    if (n <= 0) break;
    text += n;
    len -= (size_t)n;
  }
  return 0;
}

/* core.print(text): to stdout, for people's commands only */
static int l_print(lua_State *L) {
  luaL_argcheck(L, !state_options_of(L)->director, 1, "stdout belongs to the answer");
  return put(L, STDOUT_FILENO);
}

/* core.ask(question) -> line | nil: a person's answer; nil where there is no terminal */
static int l_ask(lua_State *L) {
  char line[64];
  struct pollfd waits[] = {{STDIN_FILENO, POLLIN, 0}, {limits_wake_fd(), POLLIN, 0}};
  if (!isatty(STDIN_FILENO)) return luaL_pushfail(L), 1;
  put(L, STDERR_FILENO);
  while (poll(waits, 2, -1) < 0 && errno == EINTR && !limits_interrupted()) continue;
  ssize_t n = limits_interrupted() ? 0 : read(STDIN_FILENO, line, sizeof line);
  if (n > 0 && line[n - 1] == '\n') n--;
  lua_pushlstring(L, line, n > 0 ? (size_t)n : 0);
  return 1;
}

/* core.run_process(options, remaining): see lproc.h; for people's workflows only */
static int l_run_process(lua_State *L) {
  luaL_argcheck(L, !state_options_of(L)->director, 1, "a request runs no programs");
  return lproc_run(L);
}

/* core.complain(text): to stderr, as it is */
static int l_complain(lua_State *L) {
  return put(L, STDERR_FILENO);
}

static const luaL_Reg functions[] = {
    {"request", l_request},
    {"answer", l_answer},
    {"last_words", l_last_words},
    {"on_stop", l_on_stop},
    {"deadline", l_deadline},
    {"begin_session", l_begin_session},
    {"resume", l_resume},
    {"read_line", lrepl_read_line},
    {"remember", lrepl_remember},
    {"interactive", lrepl_interactive},
    {"unload", l_unload},
    {"speed", l_speed},
    {"replay_clock", l_replay_clock},
    {"seed", l_seed},
    {"memory", l_memory},
    {"traceback", l_traceback},
    {"print", l_print},
    {"complain", l_complain},
    {"ask", l_ask},
    {"run_process", l_run_process},
    {"terminal", lterminal_describe},
    {"page", lterminal_page},
    {NULL, NULL},
};

static void push_arguments(lua_State *L, state_options *options) {
  lua_createtable(L, options->argc, 0);
  for (int i = 0; i < options->argc; i++) {
    lua_pushstring(L, options->argv[i]);
    lua_rawseti(L, -2, i + 1);
  }
}

void state_push_core(lua_State *L, state_options *options) {
  lowned_open(L);
  lproc_open(L);
  luaL_newlibtable(L, functions);
  lua_pushlightuserdata(L, options);
  luaL_setfuncs(L, functions, 1);
  lsources_add(L, options);
  push_arguments(L, options);
  lua_setfield(L, -2, "arguments");
  lua_pushboolean(L, options->director);
  lua_setfield(L, -2, "director");
  lua_pushstring(L, options->config);
  lua_setfield(L, -2, "config");
  lua_pushstring(L, options->log_level);
  lua_setfield(L, -2, "log_level");
  lua_pushstring(L, options->record);
  lua_setfield(L, -2, "record");
  lua_pushstring(L, options->replay);
  lua_setfield(L, -2, "replay");
  lua_pushstring(L, options->trace);
  lua_setfield(L, -2, "trace");
  lua_pushliteral(L, SLCPI_VERSION);
  lua_setfield(L, -2, "version");
}
