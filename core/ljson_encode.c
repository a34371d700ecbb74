/* json.encode: Lua values to ASCII text with sorted keys. Tables are read raw. */
#include <lauxlib.h>
#include <string.h>

#include "ljson.h"

typedef struct {
  lua_State *L;
  work *w;
  bool pretty;
} encoder;

/* Where we are: the way back to the top, through names (slices of w->names) and indexes. */
typedef struct place {
  const struct place *up;
  json_key name;
  lua_Integer index; /* 0: a member */
  int depth;
} place;

static void put(encoder *e, const char *s) {
  json_buf_add(&e->w->text, s, strlen(s));
}

static bool is_identifier(const char *s, size_t len) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
  return len && strspn(s, letters) >= len && !(*s >= '0' && *s <= '9');
}

static void put_path(encoder *e, const place *at) {
  char index[32];
  if (!at->up) {
    put(e, "$");
    return;
  }
  put_path(e, at->up);
  const char *name = e->w->names.data + at->name.at;
  if (at->index) {
    lua_Integer i = at->index;
    snprintf(index, sizeof index, "[" LUA_INTEGER_FMT "]", i);
    put(e, index);
  } else if (is_identifier(name, at->name.len)) {
    put(e, ".");
    json_buf_add(&e->w->text, name, at->name.len);
  } else {
    put(e, "[");
    json_add_string(&e->w->text, name, at->name.len);
    put(e, "]");
  }
}

/* Leaves the message on the stack; the text is of no use any more. */
static bool refuse(encoder *e, const place *at, const char *why) {
  e->w->text.len = 0;
  e->w->text.full = false;
  put_path(e, at);
  const char *path = e->w->text.data ? e->w->text.data : "$"; /* there may be no memory for it */
  lua_pushfstring(e->L, "json: %s: %s", path, why);
  return false;
}

static bool refuse_type(encoder *e, const place *at) {
  const char *name = lua_typename(e->L, lua_type(e->L, -1));
  return refuse(e, at, lua_pushfstring(e->L, "a %s has no JSON form", name));
}

static void new_line(encoder *e, int depth) {
  if (!e->pretty) return;
  put(e, "\n");
  while (depth-- > 0) put(e, "  ");
}

static bool encode_value(encoder *e, const place *at);

static bool encode_array(encoder *e, const place *at, lua_Integer count) {
  if (count < 0) return refuse(e, at, "an array with holes or with names");
  put(e, "[");
  for (lua_Integer i = 1; i <= count; i++) {
    if (i > 1) put(e, ",");
    new_line(e, at->depth + 1);
    lua_rawgeti(e->L, -1, i);
    if (!encode_value(e, &(place){.up = at, .index = i, .depth = at->depth + 1})) return false;
    lua_pop(e->L, 1);
  }
  if (count) new_line(e, at->depth);
  put(e, "]");
  return true;
}

static bool collect_names(encoder *e, const place *at) {
  lua_State *L = e->L;
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING)
      return refuse(e, at, "keys are neither all names nor exactly 1..n");
    json_key key = {.at = e->w->names.len};
    const char *name = lua_tolstring(L, -2, &key.len);
    if (!json_buf_add(&e->w->names, name, key.len) || !json_keys_add(&e->w->keys, key))
      return refuse(e, at, "the names take too much memory");
  }
  return true;
}

static bool encode_member(encoder *e, const place *at, json_key name) {
  const char *bytes = e->w->names.data + name.at;
  if (!json_add_string(&e->w->text, bytes, name.len))
    return refuse(e, at, "a name that is not UTF-8");
  put(e, e->pretty ? ": " : ":");
  lua_pushlstring(e->L, bytes, name.len);
  lua_rawget(e->L, -2);
  if (!encode_value(e, &(place){.up = at, .name = name, .depth = at->depth + 1})) return false;
  lua_pop(e->L, 1);
  return true;
}

static bool encode_object(encoder *e, const place *at) {
  work *w = e->w;
  size_t first = w->keys.count, names = w->names.len;
  if (!collect_names(e, at)) return false;
  size_t end = w->keys.count;
  json_keys_sort(&w->keys, first, w->names.data);
  put(e, "{");
  for (size_t i = first; i < end; i++) {
    if (i > first) put(e, ",");
    new_line(e, at->depth + 1);
    if (!encode_member(e, at, w->keys.list[i])) return false;
  }
  if (end > first) new_line(e, at->depth);
  put(e, "}");
  w->keys.count = first;
  w->names.len = names;
  return true;
}

/* A table with __pairs shows content that it does not hold, so raw reading would lose it. */
static bool is_view(lua_State *L) {
  if (luaL_getmetafield(L, -1, "__pairs") == LUA_TNIL) return false;
  lua_pop(L, 1);
  return true;
}

static bool encode_table(encoder *e, const place *at) {
  if (at->depth == JSON_MAX_DEPTH) return refuse(e, at, "nested too deeply, or in a cycle");
  luaL_checkstack(e->L, 8, "json");
  bool marked = ljson_is_marked(e->L, -1);
  if (!marked && is_view(e->L)) return refuse(e, at, "a view (__pairs); encode a copy");
  lua_Integer count = ljson_sequence_length(e->L);
  return marked || count > 0 ? encode_array(e, at, count) : encode_object(e, at);
}

static bool encode_number(encoder *e, const place *at) {
  if (!lua_isinteger(e->L, -1))
    return json_add_float(&e->w->text, lua_tonumber(e->L, -1)) ||
           refuse(e, at, "a number that is not finite");
  char s[32];
  snprintf(s, sizeof s, LUA_INTEGER_FMT, lua_tointeger(e->L, -1));
  put(e, s);
  return true;
}

static bool encode_string(encoder *e, const place *at) {
  size_t len;
  const char *s = lua_tolstring(e->L, -1, &len);
  return json_add_string(&e->w->text, s, len) || refuse(e, at, "a string that is not UTF-8");
}

/* Encodes the value on top of the stack. Tables that are shared many times over could make the
 * text endless, so the bound is looked at here. */
static bool encode_value(encoder *e, const place *at) {
  if (e->w->text.full) return refuse(e, at, "the text takes too much memory");
  switch (lua_type(e->L, -1)) {
  case LUA_TBOOLEAN:
    put(e, lua_toboolean(e->L, -1) ? "true" : "false");
    return true;
  case LUA_TNUMBER:
    return encode_number(e, at);
  case LUA_TSTRING:
    return encode_string(e, at);
  case LUA_TTABLE:
    return encode_table(e, at);
  }
  if (!ljson_is_null(e->L, -1)) return refuse_type(e, at);
  put(e, "null");
  return true;
}

static bool wants_pretty(lua_State *L, int options) {
  if (lua_isnoneornil(L, options)) return false;
  luaL_checktype(L, options, LUA_TTABLE);
  lua_getfield(L, options, "pretty");
  return lua_toboolean(L, -1);
}

/* json.encode(value: any, options?: {pretty: boolean?}) -> string | nil, err */
int ljson_encode(lua_State *L) {
  luaL_checkany(L, 1);
  encoder e = {.L = L, .pretty = wants_pretty(L, 2)};
  e.w = ljson_push_work(L);
  place top = {0};
  lua_pushvalue(L, 1);
  bool ok = encode_value(&e, &top);
  if (ok && e.w->text.full) ok = refuse(&e, &top, "the text takes too much memory");
  if (ok) lua_pushlstring(L, e.w->text.data, e.w->text.len);
  ljson_free(e.w);
  if (ok) return 1;
  lua_pushnil(L);
  lua_insert(L, -2);
  return 2;
}
