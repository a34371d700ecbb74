/* core.sys: clock, sleep, randomness, digests, files and locks for Lua. */
#include <errno.h>
#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lauxlib.h>
#include <lua.h>

#include "clock.h"
#include "files.h"
#include "limits.h"
#include "lsys.h"
#include "modules.h"
#include "text.h"

enum { CHUNK = 16 * 1024 };

static const lua_Integer MAX_FILE = 32LL * 1024 * 1024;
static const char CLOCK_KEY[] = "core.sys.clock";
static const char HANDLE_TYPE[] = "core.sys.handle";

virtual_clock *lsys_clock(lua_State *L) {
  if (lua_getfield(L, LUA_REGISTRYINDEX, CLOCK_KEY) != LUA_TUSERDATA) {
    lua_pop(L, 1);
    virtual_clock *clock = lua_newuserdatauv(L, sizeof *clock, 0);
    *clock = (virtual_clock){1, 0};
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, CLOCK_KEY);
  }
  virtual_clock *clock = lua_touserdata(L, -1);
  lua_pop(L, 1);
  return clock;
}

/* nil, message, errno's name */
static int push_failure(lua_State *L, const char *doing, const char *path) {
  int failure = errno;
  luaL_pushfail(L);
  lua_pushfstring(L, "%s %s: %s", doing, path, strerror(failure));
  lua_pushstring(L, strerrorname_np(failure));
  return 3;
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

/* sys.sleep(seconds) -> bool; false: the deadline or a signal ended it */
static int l_sleep(lua_State *L) {
  double seconds = luaL_checknumber(L, 1);
  luaL_argcheck(L, isfinite(seconds), 1, "a finite number of seconds is needed");
  bool slept = clock_sleep(lsys_clock(L), seconds);
  if (!slept) limits_report(); /* the caller learns of the deadline by our false */
  lua_pushboolean(L, slept);
  return 1;
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

static void random_bytes(lua_State *L, unsigned char *bytes, size_t n) {
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
  random_bytes(L, bytes, (size_t)n);
  luaL_pushresultsize(&buffer, (size_t)n);
  return 1;
}

/* sys.uuid() -> string */
static int l_uuid(lua_State *L) {
  unsigned char b[16];
  char text[37];
  random_bytes(L, b, sizeof b);
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

/* sys.nonce(s) -> 13 characters a-z2-7: the start of SHA-256(s), fit for a hostname */
static int l_nonce(lua_State *L) {
  static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
  size_t len;
  const char *s = luaL_checklstring(L, 1, &len);
  uint8_t digest[SHA256_DIGEST_LENGTH];
  SHA2_CTX context;
  SHA256Init(&context);
  SHA256Update(&context, (const uint8_t *)s, len);
  SHA256Final(digest, &context);
  char nonce[13];
  for (size_t i = 0; i < sizeof nonce; i++) {
    unsigned pair = (unsigned)digest[i * 5 / 8] << 8 | digest[i * 5 / 8 + 1];
    nonce[i] = digits[pair >> (11 - i * 5 % 8) & 31];
  }
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
                                      NULL};
  const char *name = luaL_checkstring(L, 1);
  bool allowed = strncmp(name, "SLCPI_", 6) == 0 || strncmp(name, "SLSIM_", 6) == 0;
  for (int i = 0; known[i] && !allowed; i++) allowed = strcmp(name, known[i]) == 0;
  lua_pushstring(L, allowed ? getenv(name) : NULL);
  return 1;
}

/* What a file function holds: closed by :close(), a to-be-closed variable or the collector. */
typedef struct {
  int fd;
  DIR *dir;
} handle;

static handle *push_handle(lua_State *L) {
  handle *h = lua_newuserdatauv(L, sizeof *h, 0);
  *h = (handle){-1, NULL};
  luaL_setmetatable(L, HANDLE_TYPE);
  return h;
}

static int l_close(lua_State *L) {
  handle *h = luaL_checkudata(L, 1, HANDLE_TYPE);
  if (h->dir) closedir(h->dir);
  if (h->fd >= 0) close(h->fd);
  *h = (handle){-1, NULL};
  return 0;
}

static int close_with(handle *h, int results) {
  int failure = errno;
  if (h->dir) closedir(h->dir);
  if (h->fd >= 0) close(h->fd);
  *h = (handle){-1, NULL};
  errno = failure;
  return results;
}

/* sys.read(path[, max_bytes]) -> string | nil, message, errno name */
static int l_read(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  lua_Integer max = luaL_optinteger(L, 2, MAX_FILE), total = 0;
  luaL_Buffer buffer;
  handle *h = push_handle(L);
  h->fd = open(path, O_RDONLY | O_CLOEXEC);
  if (h->fd < 0) return push_failure(L, "reading", path);
  luaL_buffinit(L, &buffer);
  for (;;) {
    ssize_t n = read(h->fd, luaL_prepbuffsize(&buffer, CHUNK), CHUNK);
    if (n < 0 && errno == EINTR) continue;
    if (n == 0) break;
    if (n > 0 && (total += n) <= max) {
      luaL_addsize(&buffer, (size_t)n);
      continue;
    }
    if (n > 0) errno = EFBIG;
    close_with(h, 0);
    return push_failure(L, "reading", path);
  }
  luaL_pushresult(&buffer);
  return close_with(h, 1);
}

/* sys.list(path) -> {name, …} unsorted, without hidden files | nil, message, errno name */
static int l_list(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  handle *h = push_handle(L);
  h->dir = opendir(path);
  if (!h->dir) return push_failure(L, "listing", path);
  lua_newtable(L);
  lua_Integer n = 0;
  for (struct dirent *entry; (entry = readdir(h->dir));) {
    if (entry->d_name[0] == '.') continue;
    lua_pushstring(L, entry->d_name);
    lua_rawseti(L, -2, ++n);
  }
  return close_with(h, 1);
}

static int push_done(lua_State *L, bool done, const char *doing, const char *path) {
  if (!done) return push_failure(L, doing, path);
  lua_pushboolean(L, true);
  return 1;
}

/* sys.write_atomic(path, text) -> true | nil, message, errno name; on disk when it returns */
static int l_write_atomic(lua_State *L) {
  size_t len;
  const char *path = luaL_checkstring(L, 1);
  const char *text = luaL_checklstring(L, 2, &len);
  return push_done(L, files_write_atomic(path, text, len), "writing", path);
}

/* sys.mkdir(path) -> true | nil, message, errno name; with its parents, mode 0700 */
static int l_mkdir(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  return push_done(L, files_mkdir(path), "making the directory", path);
}

/* sys.remove(path) -> true | nil, message, errno name; an absent file counts as removed */
static int l_remove(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  return push_done(L, unlink(path) == 0 || errno == ENOENT, "removing", path);
}

/* Whoever had the lock before may have removed its file: a lock on that one keeps nobody out. */
static bool is_still_there(int fd, const char *path) {
  struct stat held, there;
  return fstat(fd, &held) == 0 && stat(path, &there) == 0 && held.st_ino == there.st_ino &&
         held.st_dev == there.st_dev;
}

/* sys.lock(path) -> lock | nil, message, errno name; EWOULDBLOCK: another process holds it */
static int l_lock(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  handle *h = push_handle(L);
  h->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (h->fd >= 0 && flock(h->fd, LOCK_EX | LOCK_NB) == 0) {
    if (is_still_there(h->fd, path)) return 1;
    errno = EWOULDBLOCK;
  }
  close_with(h, 0);
  return push_failure(L, "locking", path);
}

static const luaL_Reg handle_methods[] = {
    {"close", l_close}, {"__close", l_close}, {"__gc", l_close}, {NULL, NULL}};

static const luaL_Reg functions[] = {
    {"now", l_now},
    {"monotonic", l_monotonic},
    {"sleep", l_sleep},
    {"remaining", l_remaining},
    {"interrupted", l_interrupted},
    {"random", l_random},
    {"uuid", l_uuid},
    {"sha256", l_sha256},
    {"nonce", l_nonce},
    {"base64", l_base64},
    {"base64url", l_base64url},
    {"unbase64", l_unbase64},
    {"getenv", l_getenv},
    {"read", l_read},
    {"list", l_list},
    {"write_atomic", l_write_atomic},
    {"mkdir", l_mkdir},
    {"remove", l_remove},
    {"lock", l_lock},
    {NULL, NULL},
};

int luaopen_core_sys(lua_State *L) {
  luaL_newmetatable(L, HANDLE_TYPE);
  luaL_setfuncs(L, handle_methods, 0);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  luaL_newlib(L, functions);
  return 1;
}
