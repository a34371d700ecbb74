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
#include "text.h"

enum { MAX_LINE = 16 * 1024, MARK = 8 };

static const char *const levels[] = {"debug", "info", "warn", "error", "off", NULL};
static const char MASK[] = "<redacted>";
static const char TYPE[] = "core.log";

/* Upvalue 1 of every function: the level and the prefix; its user value 1 has the forms, each
 * with its secret. */
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
  int forms, secret; /* stack indices */
} form_sink;

static void take_form(void *context, const char *form, size_t len) {
  form_sink *sink = context;
  if (len < REDACT_MIN) return;
  lua_pushlstring(sink->L, form, len);
  lua_pushvalue(sink->L, sink->secret);
  lua_rawset(sink->L, sink->forms);
}

/* A secret's own mark: the same for the same key, and nothing can be told from it without the key.
 */
static void add_mark(luaL_Buffer *buffer, const char *secret, size_t len, const char *key,
                     size_t key_len) {
  char nonce[TEXT_NONCE];
  text_nonce(nonce, key, key_len, secret, len);
  luaL_addstring(buffer, "<secret-");
  luaL_addlstring(buffer, nonce, MARK);
  luaL_addchar(buffer, '>');
}

/* The secret whose form is the longest in the masked run; the table of forms, at the stack index,
 * keeps it alive. */
static const char *owner_of(lua_State *L, int forms, const char *run, size_t len, size_t *size) {
  const char *owner = NULL, *best = "";
  size_t best_len = 0;
  for (lua_pushnil(L); lua_next(L, forms); lua_pop(L, 1)) {
    size_t form_len;
    const char *form = lua_tolstring(L, -2, &form_len);
    bool longer = form_len > best_len || (form_len == best_len && strcmp(form, best) < 0);
    if (!longer || !memmem(run, len, form, form_len)) continue;
    best = form, best_len = form_len;
    owner = lua_tolstring(L, -1, size);
  }
  return owner;
}

/* What stands for a masked run: with a key the mark of its secret. */
static void add_masked(lua_State *L, luaL_Buffer *buffer, int forms, const char *run, size_t len,
                       const char *key, size_t key_len) {
  size_t size = 0;
  const char *owner = key ? owner_of(L, forms, run, len, &size) : NULL;
  if (owner)
    add_mark(buffer, owner, size, key, key_len);
  else
    luaL_addstring(buffer, MASK);
}

static void add_text(lua_State *L, luaL_Buffer *buffer, int forms, const char *text, size_t len,
                     const unsigned char *mask, const char *key, size_t key_len) {
  size_t start = 0;
  for (size_t i = 0; i < len; i++) {
    if (!mask[i]) luaL_addchar(buffer, text[i]);
    if (mask[i] && (i == 0 || !mask[i - 1])) start = i;
    if (mask[i] && !mask[i + 1])
      add_masked(L, buffer, forms, text + start, i + 1 - start, key, key_len);
  }
}

/* Pushes the text with every known secret masked; `mask` is a userdata of the text's length. */
static void push_masked(lua_State *L, const char *text, size_t len, const char *key,
                        size_t key_len) {
  unsigned char *mask = lua_newuserdatauv(L, len + 1, 0);
  memset(mask, 0, len + 1);
  push_forms(L);
  int forms = lua_gettop(L);
  for (lua_pushnil(L); lua_next(L, forms); lua_pop(L, 1)) {
    size_t form_len;
    const char *form = lua_tolstring(L, -2, &form_len);
    redact_mark(mask, text, len, form, form_len);
  }
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  add_text(L, &buffer, forms, text, len, mask, key, key_len);
  luaL_pushresult(&buffer);
  lua_replace(L, forms - 1);
  lua_settop(L, forms - 1);
}

/* log.mark(secret, key) -> "<secret-…>": what log.redact with that key puts in its place */
static int l_mark(lua_State *L) {
  size_t len, key_len;
  const char *secret = luaL_checklstring(L, 1, &len);
  const char *key = luaL_checklstring(L, 2, &key_len);
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  add_mark(&buffer, secret, len, key, key_len);
  luaL_pushresult(&buffer);
  return 1;
}

/* log.redact(s[, key]) -> s; with a key each secret has a mark of its own */
static int l_redact(lua_State *L) {
  size_t len, key_len = 0;
  const char *text = luaL_checklstring(L, 1, &len);
  const char *key = luaL_optlstring(L, 2, NULL, &key_len);
  push_masked(L, text, len, key, key_len);
  return 1;
}

/* log.secret(s): masks s from now on; shorter than 6 characters is ignored */
static int l_secret(lua_State *L) {
  size_t len;
  const char *secret = luaL_checklstring(L, 1, &len);
  if (len < REDACT_MIN) return 0;
  push_forms(L);
  form_sink sink = {L, lua_gettop(L), 1};
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
  push_masked(L, text, len, NULL, 0);
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
    {"debug", l_debug}, {"info", l_info},     {"warn", l_warn},     {"error", l_error},
    {"level", l_level}, {"prefix", l_prefix}, {"redact", l_redact}, {"secret", l_secret},
    {"mark", l_mark},   {NULL, NULL},
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
