/* core.softlayer: calls of the SoftLayer API over one session that alone knows the credentials. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>

#include "http.h"
#include "lanswer.h"
#include "limits.h"
#include "modules.h"
#include "softlayer.h"

enum { MAX_CALLS = 100 };

static const char SESSION_TYPE[] = "core.softlayer.session";
static const char FLIGHT_TYPE[] = "core.softlayer.flight";

typedef struct {
  http_client *client;
  char *userpwd;       /* or */
  char *authorization; /* a whole header line */
  char *endpoint;
  const char *headers[4]; /* NULL-terminated */
  double timeout;
} session;

/* The requests and responses of one send, owned by Lua because decoding may raise. */
typedef struct {
  size_t count;
  http_request *requests; /* both point behind the struct */
  http_response *responses;
} flight;

static flight *push_flight(lua_State *L, size_t n) {
  size_t size = sizeof(flight) + n * (sizeof(http_request) + sizeof(http_response));
  flight *f = lua_newuserdatauv(L, size, 0);
  memset(f, 0, size);
  f->responses = (http_response *)(f + 1);
  f->requests = (http_request *)(f->responses + n);
  luaL_setmetatable(L, FLIGHT_TYPE);
  return f;
}

static void wipe(char **text) {
  if (*text) explicit_bzero(*text, strlen(*text));
  free(*text);
  *text = NULL;
}

/* session:close() */
static int l_close(lua_State *L) {
  session *s = luaL_checkudata(L, 1, SESSION_TYPE);
  http_close(s->client);
  s->client = NULL;
  wipe(&s->userpwd);
  wipe(&s->authorization);
  wipe(&s->endpoint);
  return 0;
}

static int l_flight_gc(lua_State *L) {
  flight *f = luaL_checkudata(L, 1, FLIGHT_TYPE);
  while (f->count > 0) http_response_clear(&f->responses[--f->count]);
  return 0;
}

static const char *string_field(lua_State *L, int index, const char *name) {
  int type = lua_getfield(L, index, name);
  if (type != LUA_TNIL && type != LUA_TSTRING) luaL_error(L, "%s must be a string", name);
  const char *value = lua_tostring(L, -1); /* stays alive in the table */
  lua_pop(L, 1);
  return value;
}

static double number_field(lua_State *L, int index, const char *name) {
  lua_getfield(L, index, name);
  double value = luaL_optnumber(L, -1, 0);
  lua_pop(L, 1);
  return value;
}

/* `to` is NULL after a failure, whatever asprintf left there. */
static bool join(char **to, const char *first, const char *between, const char *second) {
  if (asprintf(to, "%s%s%s", first, between, second) >= 0) return true;
  *to = NULL;
  return false;
}

static bool fill(session *s, const char *endpoint, const char *username, const char *api_key,
                 const char *token) {
  size_t end = strlen(endpoint);
  while (end > 0 && endpoint[end - 1] == '/') end--;
  if (!(s->endpoint = strndup(endpoint, end))) return false;
  s->headers[0] = "Content-Type: application/json";
  s->headers[1] = "Accept: application/json";
  if (token) {
    bool joined = join(&s->authorization, "Authorization: Bearer", " ", token);
    s->headers[2] = s->authorization;
    return joined;
  }
  return !username || join(&s->userpwd, username, ":", api_key ? api_key : "");
}

/* softlayer.open{endpoint=, username=, api_key=, token=, user_agent=, ca_file=, proxy=, timeout=}
 *   -> session | nil, message */
static int l_open(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  char error[HTTP_ERROR_SIZE];
  const char *endpoint = string_field(L, 1, "endpoint");
  const char *username = string_field(L, 1, "username");
  const char *api_key = string_field(L, 1, "api_key");
  const char *token = string_field(L, 1, "token");
  luaL_argcheck(L, endpoint != NULL, 1, "endpoint is missing");
  http_options options = {.user_agent = string_field(L, 1, "user_agent"),
                          .ca_file = string_field(L, 1, "ca_file"),
                          .proxy = string_field(L, 1, "proxy")};
  session *s = lua_newuserdatauv(L, sizeof *s, 0);
  *s = (session){.timeout = number_field(L, 1, "timeout")};
  luaL_setmetatable(L, SESSION_TYPE);
  if (!fill(s, endpoint, username, api_key, token)) return luaL_error(L, "not enough memory");
  if ((s->client = http_open(&options, error))) return 1;
  luaL_pushfail(L);
  lua_pushstring(L, error);
  return 2;
}

static const char *id_field(lua_State *L, int call) {
  if (lua_getfield(L, call, "id") == LUA_TNUMBER) {
    luaL_argcheck(L, lua_isinteger(L, -1), 2, "id must be an integer or a string");
    lua_tostring(L, -1);
    lua_pushvalue(L, -1);
    lua_setfield(L, call, "id"); /* anchors the text */
  }
  const char *id = lua_isnil(L, -1) ? NULL : luaL_checkstring(L, -1);
  luaL_argcheck(L, !id || softlayer_is_id(id), 2, "id must be a number or a GUID");
  lua_pop(L, 1);
  return id;
}

/* Reads the call table at `index`; every string stays anchored in it. */
static softlayer_call read_call(lua_State *L, int index) {
  softlayer_call call = {
      .service = string_field(L, index, "service"),
      .method = string_field(L, index, "method"),
      .id = id_field(L, index),
      .mask = string_field(L, index, "mask"),
      .filter = string_field(L, index, "filter"),
      .offset = (long long)number_field(L, index, "offset"),
      .limit = (long long)number_field(L, index, "limit"),
  };
  bool named = call.service && softlayer_is_name(call.service) && call.method &&
               softlayer_is_name(call.method);
  luaL_argcheck(L, named, 2, "a call needs a service and a method, letters and digits only");
  return call;
}

/* Fills the request for the call table on top of the stack; anchors the URL in it. */
static void prepare(lua_State *L, const session *s, http_request *request) {
  int index = lua_gettop(L);
  softlayer_call call = read_call(L, index);
  char *url = lua_newuserdatauv(L, softlayer_url_size(s->endpoint, &call), 0);
  softlayer_url(url, s->endpoint, &call);
  lua_setfield(L, index, "url");
  double timeout = number_field(L, index, "timeout");
  *request = (http_request){.method = "GET",
                            .url = url,
                            .headers = s->headers,
                            .userpwd = s->userpwd,
                            .timeout = timeout > 0 ? timeout : s->timeout};
  lua_getfield(L, index, "once");
  request->once = lua_toboolean(L, -1);
  if (lua_getfield(L, index, "body") == LUA_TSTRING) {
    request->method = "POST";
    request->body = lua_tolstring(L, -1, &request->body_len);
  }
  lua_settop(L, index);
}

/* session:send({ {service=, method=, id=, mask=, filter=json, offset=, limit=, body=json, once=,
 *                 timeout=}, … }, nulls?) -> { {value=, status=, …} | {err={kind=, …}, …}, … }
 * All calls are in flight together. */
static int l_send(lua_State *L) {
  session *s = luaL_checkudata(L, 1, SESSION_TYPE);
  luaL_checktype(L, 2, LUA_TTABLE);
  luaL_argcheck(L, s->client != NULL, 1, "the session is closed");
  bool nulls = lua_toboolean(L, 3);
  size_t n = (size_t)luaL_len(L, 2);
  luaL_argcheck(L, n <= MAX_CALLS, 2, "at most 100 calls in one flight");
  flight *f = push_flight(L, n);
  for (size_t i = 0; i < n; i++) {
    luaL_argcheck(L, lua_rawgeti(L, 2, (lua_Integer)i + 1) == LUA_TTABLE, 2, "a call is a table");
    prepare(L, s, &f->requests[i]);
    lua_pop(L, 1);
  }
  f->count = n;
  http_send(s->client, f->requests, f->responses, n);
  lua_createtable(L, (int)n, 0);
  for (size_t i = 0; i < n; i++) {
    if (f->responses[i].interrupted) limits_report();
    lanswer_push(L, lua_upvalueindex(1), &f->responses[i], nulls);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
    http_response_clear(&f->responses[i]);
  }
  return 1;
}

/* softlayer.url(endpoint, {service=, method=, id=, mask=, filter=json, offset=, limit=}) -> url */
static int l_url(lua_State *L) {
  const char *endpoint = luaL_checkstring(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  softlayer_call call = read_call(L, 2);
  char *url = lua_newuserdatauv(L, softlayer_url_size(endpoint, &call), 0);
  softlayer_url(url, endpoint, &call);
  lua_pushstring(L, url);
  return 1;
}

static const luaL_Reg session_methods[] = {
    {"send", l_send}, {"close", l_close}, {"__close", l_close}, {"__gc", l_close}, {NULL, NULL}};

static const luaL_Reg functions[] = {{"open", l_open}, {"url", l_url}, {NULL, NULL}};

int luaopen_core_softlayer(lua_State *L) {
  luaL_newmetatable(L, FLIGHT_TYPE);
  lua_pushcfunction(L, l_flight_gc);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 1);
  luaL_newmetatable(L, SESSION_TYPE);
  luaL_requiref(L, "core.json", luaopen_core_json, 0);
  lua_getfield(L, -1, "decode");
  lua_replace(L, -2);
  luaL_setfuncs(L, session_methods, 1);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  luaL_newlib(L, functions);
  return 1;
}
