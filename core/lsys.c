/* core.sys: clock, sleep, randomness, digests and encodings for Lua; lfiles.c adds the files. */
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <md5.h>
#include <sha1.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <wchar.h>

#include <lauxlib.h>
#include <lua.h>

#include "clock.h"
#include "limits.h"
#include "lsys.h"
#include "modules.h"
#include "text.h"

static const char CLOCK_KEY[] = "core.sys.clock";
static const char SEED_KEY[] = "core.sys.seed";

virtual_clock *lsys_clock(lua_State *L) {
  if (lua_getfield(L, LUA_REGISTRYINDEX, CLOCK_KEY) != LUA_TUSERDATA) {
    lua_pop(L, 1);
    virtual_clock *clock = lua_newuserdatauv(L, sizeof *clock, 0);
    *clock = (virtual_clock){.speed = 1};
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, CLOCK_KEY);
  }
  virtual_clock *clock = lua_touserdata(L, -1);
  lua_pop(L, 1);
  return clock;
}

/* sys.now() -> number */
static int l_now(lua_State *L) {
  lua_pushnumber(L, clock_epoch(lsys_clock(L)));
  return 1;
}

/* sys.monotonic() -> number */
static int l_monotonic(lua_State *L) {
  lua_pushnumber(L, clock_monotonic(lsys_clock(L)));
  return 1;
}

/* sys.boottime() -> number */
static int l_boottime(lua_State *L) {
  lua_pushnumber(L, clock_boottime());
  return 1;
}

static double check_seconds(lua_State *L) {
  double seconds = luaL_checknumber(L, 1);
  luaL_argcheck(L, isfinite(seconds), 1, "a finite number of seconds is needed");
  return seconds;
}

static int push_slept(lua_State *L, bool slept) {
  if (!slept) limits_report(); /* the caller learns of the deadline by our false */
  lua_pushboolean(L, slept);
  return 1;
}

/* sys.sleep(seconds) -> bool; false: the deadline or a signal ended it */
static int l_sleep(lua_State *L) {
  double seconds = check_seconds(L);
  return push_slept(L, clock_sleep(lsys_clock(L), seconds));
}

/* sys.pause(seconds) -> bool; the same in real time, whatever the speed */
static int l_pause(lua_State *L) {
  double seconds = check_seconds(L);
  return push_slept(L, clock_pause(lsys_clock(L), seconds));
}

/* sys.remaining() -> number */
static int l_remaining(lua_State *L) {
  lua_pushnumber(L, clock_remaining(lsys_clock(L)));
  return 1;
}

/* sys.interrupted() -> bool */
static int l_interrupted(lua_State *L) {
  lua_pushboolean(L, limits_interrupted());
  return 1;
}

/* A request that is recorded draws from a seed, so that it can be played again. */
typedef struct {
  unsigned char bytes[LSYS_SEED];
  uint64_t drawn;
} random_seed;

void lsys_seed(lua_State *L, const char *bytes) {
  random_seed *seed = lua_newuserdatauv(L, sizeof *seed, 0);
  memcpy(seed->bytes, bytes, LSYS_SEED);
  seed->drawn = 0;
  lua_setfield(L, LUA_REGISTRYINDEX, SEED_KEY);
}

static void draw(random_seed *seed, unsigned char *bytes, size_t n) {
  for (size_t have = 0; have < n;) {
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, (const uint8_t *)seed, sizeof *seed);
    SHA256Final(digest, &context);
    seed->drawn++;
    size_t part = n - have < sizeof digest ? n - have : sizeof digest;
    memcpy(bytes + have, digest, part);
    have += part;
  }
}

void lsys_random(lua_State *L, unsigned char *bytes, size_t n) {
  lua_getfield(L, LUA_REGISTRYINDEX, SEED_KEY);
  random_seed *seed = lua_touserdata(L, -1);
  lua_pop(L, 1);
  if (seed) {
    draw(seed, bytes, n);
    return;
  }
  for (size_t have = 0; have < n;) {
    ssize_t got = getrandom(bytes + have, n - have, 0);
    if (got < 0 && errno != EINTR) luaL_error(L, "getrandom: %s", strerror(errno));
    if (got > 0) have += (size_t)got;
  }
}

/* sys.random(n) -> string */
static int l_random(lua_State *L) {
  lua_Integer n = luaL_checkinteger(L, 1);
  luaL_argcheck(L, n >= 0 && n <= 65536, 1, "0 to 65536 bytes");
  luaL_Buffer buffer;
  unsigned char *bytes = (unsigned char *)luaL_buffinitsize(L, &buffer, (size_t)n);
  lsys_random(L, bytes, (size_t)n);
  luaL_pushresultsize(&buffer, (size_t)n);
  return 1;
}

/* sys.uuid() -> string */
static int l_uuid(lua_State *L) {
  unsigned char b[16];
  char text[37];
  lsys_random(L, b, sizeof b);
  b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
  b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
  snprintf(text, sizeof text,
           "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2],
           b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
  lua_pushstring(L, text);
  return 1;
}

/* sys.sha256(s) -> hex */
static int l_sha256(lua_State *L) {
  size_t len;
  const char *s = luaL_checklstring(L, 1, &len);
  char hex[SHA256_DIGEST_STRING_LENGTH];
  SHA256Data((const uint8_t *)s, len, hex);
  lua_pushstring(L, hex);
  return 1;
}

/* sys.sha1(s) -> hex */
static int l_sha1(lua_State *L) {
  size_t len;
  const char *s = luaL_checklstring(L, 1, &len);
  char hex[SHA1_DIGEST_STRING_LENGTH];
  SHA1Data((const uint8_t *)s, len, hex);
  lua_pushstring(L, hex);
  return 1;
}

/* sys.md5(s) -> hex */
static int l_md5(lua_State *L) {
  size_t len;
  const char *s = luaL_checklstring(L, 1, &len);
  char hex[MD5_DIGEST_STRING_LENGTH];
  MD5Data((const uint8_t *)s, len, hex);
  lua_pushstring(L, hex);
  return 1;
}

/* sys.nonce(s) -> 13 characters a-z2-7: the start of SHA-256(s), fit for a hostname */
static int l_nonce(lua_State *L) {
  size_t len;
  const char *s = luaL_checklstring(L, 1, &len);
  char nonce[TEXT_NONCE];
  text_nonce(nonce, s, len, "", 0);
  lua_pushlstring(L, nonce, sizeof nonce);
  return 1;
}

static int encode(lua_State *L, text_base64_alphabet alphabet) {
  size_t len;
  const char *s = luaL_checklstring(L, 1, &len);
  luaL_Buffer buffer;
  char *out = luaL_buffinitsize(L, &buffer, text_base64_size(len));
  luaL_pushresultsize(&buffer, text_base64(out, s, len, alphabet));
  return 1;
}

/* sys.base64(s) -> string */
static int l_base64(lua_State *L) {
  return encode(L, TEXT_BASE64);
}

/* sys.base64url(s) -> string without padding */
static int l_base64url(lua_State *L) {
  return encode(L, TEXT_BASE64URL);
}

/* sys.unbase64(s) -> string | nil; either alphabet, padded or not */
static int l_unbase64(lua_State *L) {
  size_t len;
  const char *s = luaL_checklstring(L, 1, &len);
  luaL_Buffer buffer;
  char *out = luaL_buffinitsize(L, &buffer, len);
  size_t size = text_unbase64(out, s, len);
  if (size == (size_t)-1) return luaL_pushfail(L), 1;
  luaL_pushresultsize(&buffer, size);
  return 1;
}

/* sys.getenv(name) -> string | nil; names outside the list read as unset */
static int l_getenv(lua_State *L) {
  static const char *const known[] = {"HOME",
                                      "TMPDIR",
                                      "TERM",
                                      "COLUMNS",
                                      "NO_COLOR",
                                      "BOSH_JOBS_DIR",
                                      "BOSH_PACKAGES_DIR",
                                      "XDG_CACHE_HOME",
                                      "XDG_CONFIG_HOME",
                                      "http_proxy",
                                      "https_proxy",
                                      "HTTPS_PROXY",
                                      "all_proxy",
                                      "ALL_PROXY",
                                      NULL};
  const char *name = luaL_checkstring(L, 1);
  bool allowed = strncmp(name, "SLCPI_", 6) == 0 || strncmp(name, "SLSIM_", 6) == 0;
  for (int i = 0; known[i] && !allowed; i++) allowed = strcmp(name, known[i]) == 0;
  lua_pushstring(L, allowed ? getenv(name) : NULL);
  return 1;
}

/* sys.wcwidth(code) -> integer; the locale is that of Unicode, whatever the process's is. */
static int l_wcwidth(lua_State *L) {
  static locale_t unicode;
  lua_Integer code = luaL_checkinteger(L, 1);
  if (!unicode && !(unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL)))
    return lua_pushinteger(L, code < 0x20 || (code >= 0x7f && code < 0xa0) ? -1 : 1), 1;
  locale_t before = uselocale(unicode);
  lua_pushinteger(L, code > 0 && code <= 0x10ffff ? wcwidth((wchar_t)code) : -1);
  uselocale(before);
  return 1;
}

static const luaL_Reg functions[] = {
    {"now", l_now},
    {"monotonic", l_monotonic},
    {"boottime", l_boottime},
    {"sleep", l_sleep},
    {"pause", l_pause},
    {"remaining", l_remaining},
    {"interrupted", l_interrupted},
    {"random", l_random},
    {"uuid", l_uuid},
    {"sha256", l_sha256},
    {"sha1", l_sha1},
    {"md5", l_md5},
    {"nonce", l_nonce},
    {"base64", l_base64},
    {"base64url", l_base64url},
    {"unbase64", l_unbase64},
    {"getenv", l_getenv},
    {"wcwidth", l_wcwidth},
    {NULL, NULL},
};

int luaopen_core_sys(lua_State *L) {
  luaL_newlib(L, functions);
  lfiles_add(L);
  return 1;
}
