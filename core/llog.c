/* core.log: a levelled log on stderr in which secrets are masked by value.
 *
 * A director reads our stderr one byte at a time and keeps it, so lines are few, short and safe. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <lauxlib.h>
#include <lua.h>

#include "modules.h"
#include "redact.h"

enum { MAX_LINE = 16 * 1024 };

static const char *const levels[] = {"debug", "info", "warn", "error", "off", NULL};
static const char MASK[] = "<redacted>";
static const char TYPE[] = "core.log";

/* Upvalue 1 of every function: the level and the prefix; its user value 1 is the set of forms. */
typedef struct {
  int level;
  char prefix[64]; /* the director's request id */
} logger;

static logger *get_logger(lua_State *L) {
  return lua_touserdata(L, lua_upvalueindex(1));
}

static void push_forms(lua_State *L) {
  lua_getiuservalue(L, lua_upvalueindex(1), 1);
}

typedef struct {
  lua_State *L;
  int forms; /* stack index */
} form_sink;

static void take_form(void *context, const char *form, size_t len) {
  form_sink *sink = context;
  if (len < REDACT_MIN) return;
  lua_pushlstring(sink->L, form, len);
  lua_pushboolean(sink->L, true);
  lua_rawset(sink->L, sink->forms);
}

/* Pushes the text with every known secret masked; `mask` is a userdata of the text's length. */
static void push_masked(lua_State *L, const char *text, size_t len) {
  unsigned char *mask = lua_newuserdatauv(L, len + 1, 0);
  memset(mask, 0, len + 1);
  push_forms(L);
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
    size_t form_len;
    const char *form = lua_tolstring(L, -2, &form_len);
    redact_mark(mask, text, len, form, form_len);
  }
  lua_pop(L, 1);
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (size_t i = 0; i < len; i++) {
    if (!mask[i]) luaL_addchar(&buffer, text[i]);
    if (mask[i] && !mask[i + 1]) luaL_addstring(&buffer, MASK);
  }
  luaL_pushresult(&buffer);
  lua_remove(L, -2);
}

/* log.redact(s) -> s */
static int l_redact(lua_State *L) {
  size_t len;
  const char *text = luaL_checklstring(L, 1, &len);
  push_masked(L, text, len);
  return 1;
}

/* log.secret(s): masks s from now on; shorter than 6 characters is ignored */
static int l_secret(lua_State *L) {
  size_t len;
  const char *secret = luaL_checklstring(L, 1, &len);
  if (len < REDACT_MIN) return 0;
  push_forms(L);
  form_sink sink = {L, lua_gettop(L)};
  char *scratch = lua_newuserdatauv(L, redact_scratch(len), 0);
  redact_forms(secret, len, scratch, take_form, &sink);
  return 0;
}

static void flatten(char *text, size_t len) {
  for (size_t i = 0; i < len; i++) {
    if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f) text[i] = ' ';
  }
}

/* One write per line, so that lines of parallel processes do not mix. */
static void emit(const logger *log, const char *level, const char *text, size_t len) {
  char line[MAX_LINE + 256], stamp[32];
  struct timespec now;
  struct tm utc;
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &utc);
  strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
  bool cut = len > MAX_LINE;
  int n = snprintf(line, sizeof line, "%s.%03ldZ %s%s%s: %.*s%s", stamp, now.tv_nsec / 1000000,
                   log->prefix, *log->prefix ? " " : "", level, (int)(cut ? MAX_LINE : len), text,
                   cut ? "…" : "");
  flatten(line, (size_t)n);
  line[n++] = '\n';
  ssize_t ignored = write(STDERR_FILENO, line, (size_t)n);
  (void)ignored;
}

static int write_at(lua_State *L, int level) {
  logger *log = get_logger(L);
  if (level < log->level) return 0;
  luaL_checkstring(L, 1);
  if (lua_gettop(L) > 1) {
    lua_getglobal(L, "string");
    lua_getfield(L, -1, "format");
    lua_insert(L, 1);
    lua_pop(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
  }
  size_t len;
  const char *text = lua_tolstring(L, -1, &len);
  push_masked(L, text, len);
  text = lua_tolstring(L, -1, &len);
  emit(log, levels[level], text, len);
  return 0;
}

/* log.debug|info|warn|error(format, …) */
static int l_debug(lua_State *L) {
  return write_at(L, 0);
}
static int l_info(lua_State *L) {
  return write_at(L, 1);
}
static int l_warn(lua_State *L) {
  return write_at(L, 2);
}
static int l_error(lua_State *L) {
  return write_at(L, 3);
}

/* log.level([name]) -> name; raises on an unknown name */
static int l_level(lua_State *L) {
  logger *log = get_logger(L);
  if (!lua_isnoneornil(L, 1)) log->level = luaL_checkoption(L, 1, NULL, levels);
  lua_pushstring(L, levels[log->level]);
  return 1;
}

/* log.prefix(s): stands before the level in each line; cut at 63 bytes */
static int l_prefix(lua_State *L) {
  snprintf(get_logger(L)->prefix, sizeof get_logger(L)->prefix, "%s", luaL_checkstring(L, 1));
  return 0;
}

static const luaL_Reg functions[] = {
    {"debug", l_debug},   {"info", l_info},     {"warn", l_warn},
    {"error", l_error},   {"level", l_level},   {"prefix", l_prefix},
    {"redact", l_redact}, {"secret", l_secret}, {NULL, NULL},
};

int luaopen_core_log(lua_State *L) {
  luaL_newlibtable(L, functions);
  logger *log = lua_newuserdatauv(L, sizeof *log, 1);
  *log = (logger){.level = 1};
  luaL_newmetatable(L, TYPE);
  lua_setmetatable(L, -2);
  lua_newtable(L);
  lua_setiuservalue(L, -2, 1);
  luaL_setfuncs(L, functions, 1);
  return 1;
}
