/* core.json: JSON text <-> Lua values. Decoding is a strict scan (json.c), lua-cjson over the
 * rewritten text, and one walk that restores integers and arrays; the encoder is our own
 * (ljson_encode.c). */
#include <lua.h>
#include <lauxlib.h>
#include <lua-cjson.h>
#include <stdlib.h>
#include <string.h>

#include "ljson.h"
#include "modules.h"

void ljson_free(work *w) {
  json_buf_free(&w->text);
  json_buf_free(&w->names);
  json_keys_free(&w->keys);
}

static int l_work_gc(lua_State *L) {
  ljson_free(lua_touserdata(L, 1));
  return 0;
}

work *ljson_push_work(lua_State *L) {
  work *w = lua_newuserdatauv(L, sizeof *w, 0);
  *w = (work){.text.cap = JSON_MAX_BYTES, .names.cap = JSON_MAX_BYTES};
  lua_pushvalue(L, UP(UP_WORK));
  lua_setmetatable(L, -2);
  return w;
}

static void mark_array(lua_State *L) {
  lua_pushvalue(L, UP(UP_ARRAY));
  lua_setmetatable(L, -2);
}

bool ljson_is_marked(lua_State *L, int index) {
  if (!lua_getmetatable(L, index)) return false;
  bool marked = lua_rawequal(L, -1, UP(UP_ARRAY));
  lua_pop(L, 1);
  return marked;
}

bool ljson_is_null(lua_State *L, int index) {
  return lua_islightuserdata(L, index) && !lua_touserdata(L, index);
}

lua_Integer ljson_sequence_length(lua_State *L) {
  lua_Integer count = 0, highest = 0;
  luaL_checkstack(L, 2, "json");
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
    lua_Integer key = lua_isinteger(L, -2) ? lua_tointeger(L, -2) : 0;
    if (key < 1) {
      lua_pop(L, 2);
      return -1;
    }
    count++;
    if (key > highest) highest = key;
  }
  return count == highest ? count : -1;
}

/* --- decode --- */

static void restore(lua_State *L, bool keep_null);

static void restore_string(lua_State *L) {
  size_t len;
  const char *s = lua_tolstring(L, -1, &len);
  if (len == 0 || s[0] != JSON_MARK) return;
  if (len == 1) {
    lua_newtable(L);
    mark_array(L);
  } else if (s[1] == JSON_MARK) {
    lua_pushlstring(L, s + 1, len - 1);
  } else {
    lua_pushinteger(L, (lua_Integer)strtoll(s + 1, NULL, 10));
  }
  lua_replace(L, -2);
}

static void restore_array(lua_State *L, bool keep_null) {
  lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(L, -1, i);
    restore(L, keep_null);
    lua_rawseti(L, -2, i);
  }
  mark_array(L);
}

static void restore_object(lua_State *L, bool keep_null) {
  for (lua_pushnil(L); lua_next(L, -2);) {
    if (ljson_is_null(L, -1) && !keep_null) {
      lua_pop(L, 1);
      lua_pushnil(L);
    } else {
      restore(L, keep_null);
    }
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, -4);
  }
}

/* Replaces what cjson made of the rewritten text, on top of the stack, by what the text meant. An
 * object has string keys only; no array is empty here. */
static void restore(lua_State *L, bool keep_null) {
  if (lua_type(L, -1) == LUA_TSTRING) restore_string(L);
  if (lua_type(L, -1) != LUA_TTABLE || ljson_is_marked(L, -1)) return;
  luaL_checkstack(L, 6, "json");
  bool array = lua_rawgeti(L, -1, 1) != LUA_TNIL;
  lua_pop(L, 1);
  (array ? restore_array : restore_object)(L, keep_null);
}

static bool wants_null(lua_State *L, int options) {
  if (lua_isnoneornil(L, options)) return true;
  luaL_checktype(L, options, LUA_TTABLE);
  const char *null = lua_getfield(L, options, "null") == LUA_TNIL ? "" : lua_tostring(L, -1);
  luaL_argcheck(L, null && (!*null || strcmp(null, "absent") == 0), options,
                "null must be \"absent\" or nil");
  return !*null;
}

/* Without memory for a value, Lua's error jumps over lua-cjson's strbuf_free. So the linker leads
 * its calls for that buffer through here (--wrap in the Makefile), and we know what it holds. */
void *__real_strbuf_new(int len);
void __real_strbuf_free(void *buffer);
void *__wrap_strbuf_new(int len);
void __wrap_strbuf_free(void *buffer);

static void *cjson_buffer; /* of the decode that is running, or NULL */

void *__wrap_strbuf_new(int len) {
  return cjson_buffer = __real_strbuf_new(len);
}

void __wrap_strbuf_free(void *buffer) {
  if (buffer == cjson_buffer) cjson_buffer = NULL;
  __real_strbuf_free(buffer);
}

/* lua_call(L, 1, 1) of cjson's decode. A finalizer that runs meanwhile may decode, too. */
static void call_cjson(lua_State *L) {
  void *outer = cjson_buffer;
  cjson_buffer = NULL;
  int status = lua_pcall(L, 1, 1, 0);
  if (cjson_buffer) __real_strbuf_free(cjson_buffer);
  cjson_buffer = outer;
  if (status != LUA_OK) lua_error(L);
}

/* json.decode(s: string, options?: {null: "absent"?}) -> value | nil, err */
static int l_decode(lua_State *L) {
  luaL_checktype(L, 1, LUA_TSTRING);
  bool keep_null = wants_null(L, 2);
  size_t len;
  const char *s = lua_tolstring(L, 1, &len);
  work *w = ljson_push_work(L);
  json_error error;
  if (!json_scan(s, len, &w->text, &error)) {
    ljson_free(w);
    lua_pushnil(L);
    lua_pushfstring(L, "json: %s at byte %I", error.why, (LUAI_UACINT)error.at);
    return 2;
  }
  lua_pushvalue(L, UP(UP_CJSON));
  lua_pushlstring(L, w->text.data, w->text.len);
  ljson_free(w);
  call_cjson(L);
  restore(L, keep_null);
  return 1;
}

/* --- the small ones --- */

/* json.array(t?: table) -> table */
static int l_array(lua_State *L) {
  if (lua_isnoneornil(L, 1)) {
    lua_newtable(L);
  } else {
    luaL_checktype(L, 1, LUA_TTABLE);
    bool plain = ljson_is_marked(L, 1) || !lua_getmetatable(L, 1);
    luaL_argcheck(L, plain, 1, "it has another metatable");
    lua_settop(L, 1);
  }
  mark_array(L);
  return 1;
}

/* json.is_array(v: any) -> boolean */
static int l_is_array(lua_State *L) {
  luaL_checkany(L, 1);
  lua_settop(L, 1);
  lua_pushboolean(L, lua_istable(L, 1) && (ljson_is_marked(L, 1) || ljson_sequence_length(L) > 0));
  return 1;
}

/* json.clean(s: string) -> string */
static int l_clean(lua_State *L) {
  luaL_checktype(L, 1, LUA_TSTRING);
  size_t left, len;
  luaL_Buffer buf;
  luaL_buffinit(L, &buf);
  for (const char *s = lua_tolstring(L, 1, &left); left > 0; s += len, left -= len) {
    uint32_t code;
    len = json_utf8(s, left, &code);
    if (code == JSON_NOT_UTF8)
      luaL_addstring(&buf, "\xef\xbf\xbd");
    else
      luaL_addlstring(&buf, s, len);
  }
  luaL_pushresult(&buf);
  return 1;
}

static int l_null_tostring(lua_State *L) {
  if (ljson_is_null(L, 1))
    lua_pushliteral(L, "null");
  else
    lua_pushfstring(L, "userdata: %p", lua_topointer(L, 1));
  return 1;
}

/* Light userdata share one metatable; json.null is the only one that scripts ever see. */
static void push_null(lua_State *L) {
  lua_pushlightuserdata(L, NULL);
  lua_createtable(L, 0, 3);
  lua_pushliteral(L, "null");
  lua_setfield(L, -2, "__name");
  lua_pushboolean(L, false);
  lua_setfield(L, -2, "__metatable");
  lua_pushcfunction(L, l_null_tostring);
  lua_setfield(L, -2, "__tostring");
  lua_setmetatable(L, -2);
}

static void push_upvalues(lua_State *L) {
  lua_createtable(L, 0, 2);
  lua_pushliteral(L, "json.array");
  lua_setfield(L, -2, "__name");
  lua_pushboolean(L, false);
  lua_setfield(L, -2, "__metatable");
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, l_work_gc);
  lua_setfield(L, -2, "__gc");
  lua_pushcfunction(L, luaopen_cjson);
  lua_call(L, 0, 1);
  lua_getfield(L, -1, "decode");
  lua_remove(L, -2);
}

static const luaL_Reg functions[] = {
    {"decode", l_decode},     {"encode", ljson_encode}, {"array", l_array},
    {"is_array", l_is_array}, {"clean", l_clean},       {NULL, NULL},
};

int luaopen_core_json(lua_State *L) {
  luaL_newlibtable(L, functions);
  push_upvalues(L);
  luaL_setfuncs(L, functions, UP_COUNT);
  push_null(L);
  lua_setfield(L, -2, "null");
  return 1;
}
