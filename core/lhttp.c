/* core.http: the HTTP client as Lua sees it. Lists of requests go in, lists of responses come out;
 * wrong fields are argument errors, whatever the network does is a response.
 *
 * Memory: the arrays of a call are userdata, and strings are used in place: they stay reachable
 * through the argument, whose fields are read without metamethods, and no Lua runs meanwhile. */
#include "http.h"
#include "lfields.h"
#include "modules.h"

#include <lauxlib.h>
#include <lua.h>
#include <math.h>
#include <string.h>

#define CLIENT "core.http.client"
#define FLIGHT "core.http.flight"
enum { MAX_REQUESTS = 1024 };

/* --- requests --- */

static const lfield request_fields[] = {
    {"url", LUA_TSTRING, false},         {"method", LUA_TSTRING, false},
    {"headers", LUA_TTABLE, false},      {"body", LUA_TSTRING, true},
    {"userpwd", LUA_TSTRING, false},     {"once", LUA_TBOOLEAN, false},
    {"plain_http", LUA_TBOOLEAN, false}, {"timeout", LUA_TNUMBER, false},
    {"max_bytes", LUA_TNUMBER, false},   {NULL, LUA_TNONE, false}};
static const lfield client_fields[] = {{"ca_file", LUA_TSTRING, false},
                                       {"proxy", LUA_TSTRING, false},
                                       {"user_agent", LUA_TSTRING, false},
                                       {"connect_timeout", LUA_TNUMBER, false},
                                       {NULL, LUA_TNONE, false}};

/* Pushes "Name: value" for the key and value on top of the stack. */
static const char *push_line(lua_State *L, lfields_place place) {
  if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TSTRING || lfields_has_zero(L, -2) ||
      lfields_has_zero(L, -1))
    lfields_fail(L, place, "headers", "must map names to strings without zero bytes");
  return lua_pushfstring(L, "%s: %s", lua_tostring(L, -2), lua_tostring(L, -1));
}

/* Builds the lines of the headers table on top of the stack; `anchor` keeps them alive. */
static const char *const *header_lines(lua_State *L, int anchor, lfields_place place) {
  int headers = lua_gettop(L);
  size_t n = 0, i = 0;
  for (lua_pushnil(L); lua_next(L, headers); lua_pop(L, 1)) n++;
  const char **lines = lua_newuserdatauv(L, (n + 1) * sizeof *lines, 0);
  lua_rawseti(L, anchor, (lua_Integer)lua_rawlen(L, anchor) + 1);
  for (lua_pushnil(L); lua_next(L, headers); lua_pop(L, 1)) {
    lines[i++] = push_line(L, place);
    lua_rawseti(L, anchor, (lua_Integer)lua_rawlen(L, anchor) + 1);
  }
  lines[i] = NULL;
  return lines;
}

/* Reads the request table on top of the stack. */
static void read_request(lua_State *L, int anchor, lfields_place place, http_request *q) {
  int t = lua_gettop(L);
  lfields_check(L, t, place, request_fields);
  const char *method = lfields_string(L, t, "method", NULL);
  *q = (http_request){.method = method ? method : "GET",
                      .url = lfields_string(L, t, "url", NULL),
                      .userpwd = lfields_string(L, t, "userpwd", NULL),
                      .once = lfields_flag(L, t, "once"),
                      .plain_http = lfields_flag(L, t, "plain_http"),
                      .timeout = lfields_number(L, t, place, "timeout"),
                      .max_bytes = (size_t)lfields_number(L, t, place, "max_bytes")};
  if (!q->url) lfields_fail(L, place, "url", "is missing");
  q->body = lfields_string(L, t, "body", &q->body_len);
  if (!q->body) q->body_len = 0;
  if (lfields_push(L, t, "headers") == LUA_TTABLE) q->headers = header_lines(L, anchor, place);
  lua_settop(L, t);
}

/* Pushes the anchor and the array of requests. */
static http_request *read_requests(lua_State *L, int list, size_t n) {
  lua_newtable(L);
  int anchor = lua_gettop(L);
  http_request *requests = lua_newuserdatauv(L, (n + 1) * sizeof *requests, 0);
  for (size_t i = 0; i < n; i++) {
    lfields_place place = {list, "request", (int)i + 1};
    if (lua_rawgeti(L, list, place.item) != LUA_TTABLE)
      luaL_argerror(L, list, lua_pushfstring(L, "request %d must be a table", place.item));
    read_request(L, anchor, place, &requests[i]);
    lua_pop(L, 1);
  }
  return requests;
}

static size_t check_list(lua_State *L, int list) {
  luaL_checktype(L, list, LUA_TTABLE);
  size_t n = lua_rawlen(L, list);
  if (lfields_push(L, list, "url") != LUA_TNIL)
    luaL_argerror(L, list, "a list of requests is expected");
  luaL_argcheck(L, n <= MAX_REQUESTS, list, "too many requests for one flight");
  lua_pop(L, 1);
  return n;
}

/* --- responses --- */

typedef struct {
  size_t n;
  http_response responses[];
} flight;

static int l_flight_clear(lua_State *L) {
  flight *f = luaL_checkudata(L, 1, FLIGHT);
  for (size_t i = 0; i < f->n; i++) http_response_clear(&f->responses[i]);
  return 0;
}

static flight *push_flight(lua_State *L, size_t n) {
  flight *f = lua_newuserdatauv(L, sizeof *f + n * sizeof f->responses[0], 0);
  *f = (flight){.n = n};
  memset(f->responses, 0, n * sizeof f->responses[0]);
  luaL_setmetatable(L, FLIGHT);
  lua_toclose(L, -1); /* large bodies do not wait for the collector */
  return f;
}

static void set_string(lua_State *L, const char *name, const char *text) {
  if (!text[0]) return;
  lua_pushstring(L, text);
  lua_setfield(L, -2, name);
}

static void set_number(lua_State *L, const char *name, double number) {
  lua_pushnumber(L, number);
  lua_setfield(L, -2, name);
}

static void set_integer(lua_State *L, const char *name, long long number) {
  lua_pushinteger(L, number);
  lua_setfield(L, -2, name);
}

static const char *kind_of(const http_response *r) {
  if (r->outcome == HTTP_REFUSED) return "refused";
  if (r->interrupted) return "interrupted";
  return r->timed_out ? "timeout" : "transport";
}

/* Pushes `err`. An answer may be refused after the request was sent. */
static void push_error(lua_State *L, const http_response *r) {
  lua_createtable(L, 0, 4);
  set_string(L, "kind", kind_of(r));
  set_string(L, "message", r->error);
  lua_pushboolean(L, r->outcome == HTTP_UNKNOWN || (r->outcome == HTTP_REFUSED && r->bytes_out));
  lua_setfield(L, -2, "sent");
  if (r->status) set_integer(L, "status", r->status);
}

static void set_answer(lua_State *L, const http_response *r) {
  set_integer(L, "status", r->status);
  lua_pushlstring(L, r->body, r->body_len);
  lua_setfield(L, -2, "body");
  set_string(L, "content_type", r->content_type);
  set_string(L, "location", r->location);
  set_string(L, "storage_url", r->storage_url);
  set_string(L, "auth_token", r->auth_token);
  if (r->retry_after >= 0) set_number(L, "retry_after", r->retry_after);
  if (r->total_items >= 0) set_integer(L, "total_items", r->total_items);
}

static void push_response(lua_State *L, const http_response *r) {
  lua_createtable(L, 0, 8);
  if (r->outcome == HTTP_DONE) {
    set_answer(L, r);
  } else {
    push_error(L, r);
    lua_setfield(L, -2, "err");
  }
  set_number(L, "seconds", r->seconds);
  set_integer(L, "bytes_out", (long long)r->bytes_out);
  set_integer(L, "bytes_in", (long long)r->bytes_in);
}

/* --- clients --- */

typedef struct {
  http_client *open; /* NULL: closed */
} client;

static int l_close(lua_State *L) {
  client *c = luaL_checkudata(L, 1, CLIENT);
  http_close(c->open);
  c->open = NULL;
  return 0;
}

/* Pushes the client, or nil and an error. */
static int push_client(lua_State *L, const http_options *options) {
  char error[HTTP_ERROR_SIZE];
  client *c = lua_newuserdatauv(L, sizeof *c, 0);
  c->open = NULL;
  luaL_setmetatable(L, CLIENT);
  c->open = http_open(options, error);
  if (c->open) return 1;
  lua_pushnil(L);
  push_error(L, &(http_response){.outcome = HTTP_UNSENT});
  set_string(L, "message", error);
  return 2;
}

/* http.client{ca_file=, proxy=, user_agent=, connect_timeout=} -> client | nil, err */
static int l_client(lua_State *L) {
  http_options options = {0};
  if (!lua_isnoneornil(L, 1)) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lfields_place place = {.arg = 1};
    lfields_check(L, 1, place, client_fields);
    options.ca_file = lfields_string(L, 1, "ca_file", NULL);
    options.proxy = lfields_string(L, 1, "proxy", NULL);
    options.user_agent = lfields_string(L, 1, "user_agent", NULL);
    options.connect_timeout = lfields_number(L, 1, place, "connect_timeout");
  }
  return push_client(L, &options);
}

/* Sends the list at index `list` and pushes the responses. */
static int send_list(lua_State *L, http_client *open, int list) {
  size_t n = check_list(L, list);
  const http_request *requests = read_requests(L, list, n);
  flight *f = push_flight(L, n);
  http_send(open, requests, f->responses, n);
  lua_createtable(L, (int)n, 0);
  for (size_t i = 0; i < n; i++) {
    push_response(L, &f->responses[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* client:send{ request, … } -> { response, … } */
static int l_client_send(lua_State *L) {
  client *c = luaL_checkudata(L, 1, CLIENT);
  luaL_argcheck(L, c->open, 1, "the client is closed");
  lua_settop(L, 2);
  return send_list(L, c->open, 2);
}

/* http.send{ request, … } -> { response, … } | nil, err: over a client of its own */
static int l_send(lua_State *L) {
  lua_settop(L, 1);
  int pushed = push_client(L, &(http_options){0});
  if (pushed != 1) return pushed;
  lua_toclose(L, 2);
  client *c = lua_touserdata(L, 2);
  return send_list(L, c->open, 1);
}

static const luaL_Reg flight_methods[] = {
    {"__gc", l_flight_clear}, {"__close", l_flight_clear}, {NULL, NULL}};
static const luaL_Reg client_methods[] = {{"send", l_client_send},
                                          {"close", l_close},
                                          {"__gc", l_close},
                                          {"__close", l_close},
                                          {NULL, NULL}};
static const luaL_Reg functions[] = {{"client", l_client}, {"send", l_send}, {NULL, NULL}};

static void define(lua_State *L, const char *name, const luaL_Reg *methods) {
  luaL_newmetatable(L, name);
  luaL_setfuncs(L, methods, 0);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
  lua_pushboolean(L, 0); /* scripts get no hold of the metatable */
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 1);
}

int luaopen_core_http(lua_State *L) {
  define(L, FLIGHT, flight_methods);
  define(L, CLIENT, client_methods);
  luaL_newlib(L, functions);
  return 1;
}
