/* Decodes one answer of the API into the table that Lua sees. */
#include "lanswer.h"
#include "limits.h"

#include <stdio.h>

#include <lauxlib.h>

static void set_string(lua_State *L, const char *key, const char *value) {
  lua_pushstring(L, value);
  lua_setfield(L, -2, key);
}

static void set_number(lua_State *L, const char *key, double value) {
  lua_pushnumber(L, value);
  lua_setfield(L, -2, key);
}

static void push_error(lua_State *L, const char *kind, const char *message,
                       const http_response *r) {
  lua_newtable(L);
  set_string(L, "kind", kind);
  set_string(L, "message", message);
  if (r->status) {
    lua_pushinteger(L, r->status);
    lua_setfield(L, -2, "status");
  }
  if (r->retry_after >= 0) set_number(L, "retry_after", r->retry_after);
  lua_pushboolean(L, r->outcome == HTTP_DONE || r->outcome == HTTP_UNKNOWN || r->status != 0);
  lua_setfield(L, -2, "sent");
}

static void push_transport_error(lua_State *L, const http_response *r) {
  const char *kind = "transport";
  if (r->interrupted)
    kind = limits_interrupted() ? "interrupted" : "timeout";
  else if (r->timed_out)
    kind = "timeout";
  else if (r->outcome == HTTP_REFUSED)
    kind = "refused";
  push_error(L, kind, r->error, r);
  lua_pushboolean(L, r->interrupted); /* by the deadline or a signal: not this call's trouble */
  lua_setfield(L, -2, "stopped");
}

/* Pushes the decoded body and returns true, or pushes nothing. */
static bool push_decoded(lua_State *L, int decode, const http_response *r, bool nulls) {
  lua_pushvalue(L, decode);
  lua_pushlstring(L, r->body ? r->body : "", r->body_len);
  lua_createtable(L, 0, 1);
  if (!nulls) set_string(L, "null", "absent");
  lua_call(L, 2, 2);
  bool decoded = lua_isnil(L, -1);
  lua_pop(L, decoded ? 1 : 2);
  return decoded;
}

static const char *string_member(lua_State *L, const char *name) {
  if (!lua_istable(L, -1)) return NULL;
  const char *value = lua_getfield(L, -1, name) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
  lua_pop(L, 1); /* the table on top keeps it alive */
  return value;
}

/* The API's own refusal {"error":…,"code":…} on top of the stack; it also comes with status 200. */
static bool push_api_error(lua_State *L, const http_response *r) {
  const char *message = string_member(L, "error"), *code = string_member(L, "code");
  if (!message || !code) return false;
  push_error(L, "api", message, r);
  set_string(L, "code", code);
  return true;
}

static void push_unusable(lua_State *L, const http_response *r) {
  char text[HTTP_ERROR_SIZE];
  const char *what = r->body_len == 0 ? "an empty answer" : "an answer that is no JSON";
  snprintf(text, sizeof text, "%s with HTTP status %ld%s%s", what, r->status,
           *r->content_type ? " and content type " : "", r->content_type);
  push_error(L, "transport", text, r);
}

/* Sets `value` or `err` of the result table on top of the stack. */
static void set_answer(lua_State *L, int decode, const http_response *r, bool nulls) {
  int result = lua_gettop(L);
  const char *key = "err";
  if (r->outcome != HTTP_DONE) {
    push_transport_error(L, r);
  } else if (!push_decoded(L, decode, r, nulls)) {
    push_unusable(L, r);
  } else if (!push_api_error(L, r)) {
    bool good = r->status >= 200 && r->status < 300;
    if (!good) push_unusable(L, r);
    if (good && lua_islightuserdata(L, -1)) lua_pushnil(L); /* a null answer is nil */
    if (good) key = "value";
  }
  lua_setfield(L, result, key);
  lua_settop(L, result);
}

void lanswer_push(lua_State *L, int decode, const http_response *r, bool nulls) {
  lua_newtable(L);
  set_answer(L, decode, r, nulls);
  if (r->status) {
    lua_pushinteger(L, r->status);
    lua_setfield(L, -2, "status");
  }
  if (r->total_items >= 0) {
    lua_pushinteger(L, r->total_items);
    lua_setfield(L, -2, "total");
  }
  if (r->date >= 0) {
    lua_pushinteger(L, r->date);
    lua_setfield(L, -2, "date");
  }
  set_number(L, "seconds", r->seconds);
  set_number(L, "bytes_out", (double)r->bytes_out);
  set_number(L, "bytes_in", (double)r->bytes_in);
}
