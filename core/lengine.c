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
#include "lrepl.h"
#include "lproc.h"
#include "lsys.h"
#include "lterminal.h"
#include "rpc.h"
#include "state.h"

enum { HOOK_COUNT = 10000 };

static const char STOP_KEY[] = "slcpi.stop";
static const char TEXT_TYPE[] = "slcpi.text";

static state_options *get_options(lua_State *L) {
  return lua_touserdata(L, lua_upvalueindex(1));
}

/* A C string that the collector frees: pushed before there is anything to own. */
static char **push_text(lua_State *L) {
  char **text = lua_newuserdatauv(L, sizeof *text, 0);
  *text = NULL;
  luaL_setmetatable(L, TEXT_TYPE);
  return text;
}

static int l_free_text(lua_State *L) {
  char **text = luaL_checkudata(L, 1, TEXT_TYPE);
  free(*text);
  *text = NULL;
  return 0;
}

/* core.request() -> text | nil, message */
static int l_request(lua_State *L) {
  static const char *const messages[] = {
      [RPC_TOO_LARGE] = "the request on stdin is larger than 8 MiB",
      [RPC_UNREADABLE] = "stdin cannot be read",
      [RPC_NO_MEMORY] = "not enough memory for the request on stdin",
  };
  size_t len;
  char **text = push_text(L);
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

/* core.overlay(dir): searched after the command line's overlays, if it may be; raises when there
 * are too many */
static int l_overlay(lua_State *L) {
  state_options *options = get_options(L);
  const char *dir = luaL_checkstring(L, 1);
  if (options->no_overlay || !embed_may_overlay(dir, options->overlay_error)) return 0;
  luaL_argcheck(L, options->overlays.count < EMBED_OVERLAYS, 1, "more than 8 overlays");
  lua_pushvalue(L, 1);
  lua_setfield(L, LUA_REGISTRYINDEX, dir); /* keeps the text alive */
  options->overlays.dirs[options->overlays.count++] = dir;
  return 0;
}

/* core.no_overlay(): the built-in sources only, whatever else is said */
static int l_no_overlay(lua_State *L) {
  state_options *options = get_options(L);
  options->no_overlay = true;
  *options->overlay_error = '\0';
  options->overlays.count = 0;
  return 0;
}

/* core.overlay_error() -> string | nil: why an overlay that was named is not used */
static int l_overlay_error(lua_State *L) {
  const char *error = get_options(L)->overlay_error;
  return *error ? lua_pushstring(L, error), 1 : 0;
}

/* core.overlays() -> {dir, …} in the order of the search */
static int l_overlays(lua_State *L) {
  const embed_overlays *overlays = &get_options(L)->overlays;
  lua_createtable(L, (int)overlays->count, 0);
  for (size_t i = 0; i < overlays->count; i++) {
    lua_pushstring(L, overlays->dirs[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

static int push_source(lua_State *L, embed_result result, const embed_source *source,
                       const char *error) {
  if (result == EMBED_MISSING) return luaL_pushfail(L), 1;
  if (result == EMBED_REFUSED) return luaL_pushfail(L), lua_pushstring(L, error), 2;
  lua_pushlstring(L, source->text, source->len);
  lua_pushstring(L, source->chunk);
  return 2;
}

/* Where overlay 0 is the built-in sources alone, and no number all in their order. */
static embed_result load(const embed_overlays *overlays, lua_Integer number, const char *name,
                         embed_source *source, char error[EMBED_ERROR_SIZE]) {
  static const embed_overlays none;
  if (number > 0) return embed_load_overlay(overlays->dirs[number - 1], name, source, error);
  return embed_load(number == 0 ? &none : overlays, name, source, error);
}

/* core.source(name, overlay?) -> text, origin | nil, message (a refused overlay file) | nil
 * With the number of an overlay only that one is searched, with 0 the built-in sources. */
static int l_source(lua_State *L) {
  embed_source source;
  char error[EMBED_ERROR_SIZE];
  const char *name = luaL_checkstring(L, 1);
  const embed_overlays *overlays = &get_options(L)->overlays;
  lua_Integer number = luaL_optinteger(L, 2, -1);
  luaL_argcheck(L, number >= -1 && number <= (lua_Integer)overlays->count, 2, "no such overlay");
  char **owner = push_text(L);
  embed_result result = load(overlays, number, name, &source, error);
  *owner = source.owned;
  return push_source(L, result, &source, error);
}

/* core.source_file(path) -> text, origin | nil, message (a refused file) | nil */
static int l_source_file(lua_State *L) {
  embed_source source;
  char error[EMBED_ERROR_SIZE];
  const char *path = luaL_checkstring(L, 1);
  char **owner = push_text(L);
  embed_result result = embed_load_file(path, &source, error);
  *owner = source.owned;
  return push_source(L, result, &source, error);
}

/* core.load(text, chunk_name, environment) -> function | nil, message; text chunks only */
static int l_load(lua_State *L) {
  size_t len;
  const char *text = luaL_checklstring(L, 1, &len);
  const char *chunk = luaL_checkstring(L, 2);
  luaL_checktype(L, 3, LUA_TTABLE);
  if (luaL_loadbufferx(L, text, len, chunk, "t") != LUA_OK)
    return luaL_pushfail(L), lua_insert(L, -2), 2;
  lua_pushvalue(L, 3);
  if (!lua_setupvalue(L, -2, 1)) lua_pop(L, 1); /* a chunk without globals has no _ENV */
  return 1;
}

/* core.traceback(message) -> message with the stack behind it */
static int l_traceback(lua_State *L) {
  luaL_traceback(L, L, luaL_tolstring(L, 1, NULL), 1);
  return 1;
}

/* core.upvalues(function) -> {name, …} that it and the functions inside it use from around it */
static int l_upvalues(lua_State *L) {
  const char *name;
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_newtable(L);
  for (int i = 1; (name = lua_getupvalue(L, 1, i)); i++) {
    lua_pop(L, 1);
    lua_pushstring(L, name);
    lua_rawseti(L, 2, i);
  }
  return 1;
}

/* core.parameters(function) -> number of named ones, whether it takes more */
static int l_parameters(lua_State *L) {
  lua_Debug about;
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 1);
  lua_getinfo(L, ">u", &about);
  lua_pushinteger(L, about.nparams);
  lua_pushboolean(L, about.isvararg);
  return 2;
}

/* core.builtin() -> {name, …}: the sources built into the executable, sorted */
static int l_builtin(lua_State *L) {
  lua_createtable(L, (int)embed_count, 0);
  for (size_t i = 0; i < embed_count; i++) {
    lua_pushstring(L, embed_files[i].name);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
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
  luaL_argcheck(L, !get_options(L)->director, 1, "stdout belongs to the answer");
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
  luaL_argcheck(L, !get_options(L)->director, 1, "a request runs no programs");
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
    {"overlay", l_overlay},
    {"no_overlay", l_no_overlay},
    {"overlays", l_overlays},
    {"overlay_error", l_overlay_error},
    {"source", l_source},
    {"source_file", l_source_file},
    {"load", l_load},
    {"builtin", l_builtin},
    {"upvalues", l_upvalues},
    {"parameters", l_parameters},
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
  luaL_newmetatable(L, TEXT_TYPE);
  lua_pushcfunction(L, l_free_text);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 1);
  lproc_open(L);
  luaL_newlibtable(L, functions);
  lua_pushlightuserdata(L, options);
  luaL_setfuncs(L, functions, 1);
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
