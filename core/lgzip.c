/* core.gzip: unpacks a gzip stream piece by piece; neither end needs to fit into memory.
 *
 * The input that was pushed is used in place: it stays reachable as the stream's user value. */
#include <stdbool.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>

#include "modules.h"
#include "zlib.h"

#define STREAM "core.gzip.stream"
enum { MAX_PULL = 1 << 20, GZIP_WINDOW = 15 + 16, GZIP_MAGIC = 0x1f };

typedef struct {
  const zlib_api *zlib; /* NULL: closed */
  z_stream z;
  bool complete; /* at the end of a member */
} stream;

static stream *check_stream(lua_State *L) {
  stream *s = luaL_checkudata(L, 1, STREAM);
  luaL_argcheck(L, s->zlib, 1, "the stream is closed");
  return s;
}

static int l_close(lua_State *L) {
  stream *s = luaL_checkudata(L, 1, STREAM);
  if (s->zlib) s->zlib->inflateEnd(&s->z);
  s->zlib = NULL;
  return 0;
}

static int push_message(lua_State *L, const char *message) {
  luaL_pushfail(L);
  lua_pushstring(L, message);
  return 2;
}

/* gzip.stream() -> stream | nil, message */
static int l_stream(lua_State *L) {
  char error[256];
  const zlib_api *zlib = zlib_load(error, sizeof error);
  if (!zlib) return push_message(L, error);
  stream *s = lua_newuserdatauv(L, sizeof *s, 1);
  memset(s, 0, sizeof *s);
  luaL_setmetatable(L, STREAM);
  if (zlib->inflateInit2_(&s->z, GZIP_WINDOW, ZLIB_VERSION, sizeof s->z) != Z_OK)
    return push_message(L, "zlib does not start");
  s->zlib = zlib;
  return 1;
}

/* stream:push(bytes): the input that follows; what was pushed before must be used up */
static int l_push(lua_State *L) {
  size_t len;
  stream *s = check_stream(L);
  const char *bytes = luaL_checklstring(L, 2, &len);
  luaL_argcheck(L, s->z.avail_in == 0, 2, "the input before is not used up");
  luaL_argcheck(L, len <= MAX_PULL, 2, "at most 1 MiB");
  lua_settop(L, 2);
  lua_setiuservalue(L, 1, 1);
  s->z.next_in = (Bytef *)bytes; /* zlib reads it only */
  s->z.avail_in = (uInt)len;
  return 0;
}

/* Members may follow each other; what else follows one is ignored, as gzip does. */
static bool begin_next_member(stream *s) {
  if (!s->complete) return true;
  if (s->z.avail_in == 0 || *s->z.next_in != GZIP_MAGIC) {
    s->z.avail_in = 0;
    return false;
  }
  s->complete = false;
  return s->zlib->inflateReset(&s->z) == Z_OK;
}

/* stream:pull(max) -> bytes | nil, message; "": push more, or it is complete */
static int l_pull(lua_State *L) {
  stream *s = check_stream(L);
  lua_Integer max = luaL_checkinteger(L, 2);
  luaL_argcheck(L, max >= 1 && max <= MAX_PULL, 2, "1 byte to 1 MiB");
  luaL_Buffer buffer;
  s->z.next_out = (Bytef *)luaL_buffinitsize(L, &buffer, (size_t)max);
  s->z.avail_out = (uInt)max;
  int result = Z_OK;
  do { /* also without input: zlib may hold output back */
    if (!begin_next_member(s)) break;
    result = s->zlib->inflate(&s->z, Z_NO_FLUSH);
    s->complete = result == Z_STREAM_END;
    if (s->complete) result = Z_OK;
  } while (result == Z_OK && s->z.avail_in > 0 && s->z.avail_out > 0);
  if (result != Z_OK && result != Z_BUF_ERROR)
    return push_message(L, s->z.msg ? s->z.msg : "the gzip stream is damaged");
  luaL_pushresultsize(&buffer, (size_t)max - s->z.avail_out);
  return 1;
}

/* stream:complete() -> bool: the input ended where a gzip stream may end */
static int l_complete(lua_State *L) {
  lua_pushboolean(L, check_stream(L)->complete);
  return 1;
}

static const luaL_Reg methods[] = {{"push", l_push},   {"pull", l_pull},  {"complete", l_complete},
                                   {"close", l_close}, {"__gc", l_close}, {"__close", l_close},
                                   {NULL, NULL}};
static const luaL_Reg functions[] = {{"stream", l_stream}, {NULL, NULL}};

int luaopen_core_gzip(lua_State *L) {
  luaL_newmetatable(L, STREAM);
  luaL_setfuncs(L, methods, 0);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
  lua_pushboolean(L, 0); /* scripts get no hold of the metatable */
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 1);
  luaL_newlib(L, functions);
  return 1;
}
