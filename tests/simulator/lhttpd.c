/* slsim.httpd: the simulator's HTTP server for Lua.
 *
 * A server is a userdata that owns its daemon, its connections and its parked requests. Lua drives
 * it: wait, take the requests that are complete, answer each of them now or later.
 */
#include "httpd.h"
#include "slsim.h"

#include <lauxlib.h>
#include <lua.h>
#include <stdlib.h>
#include <string.h>

#define SERVER "slsim.httpd.server"

static const char *const endings[] = {"keep", "hangup", "drop", "reset", NULL};

static httpd *check_server(lua_State *L) {
  httpd *h = luaL_checkudata(L, 1, SERVER);
  if (!h->daemon) luaL_error(L, "the server is closed");
  return h;
}

static int l_close(lua_State *L) {
  httpd *h = luaL_checkudata(L, 1, SERVER);
  httpd_close(h);
  free(h->cert);
  free(h->key);
  h->cert = h->key = NULL;
  return 0;
}

static const char *option(lua_State *L, const char *name, const char *otherwise) {
  lua_getfield(L, 1, name);
  return luaL_optstring(L, -1, otherwise);
}

/* httpd.open { host = "127.0.0.1", port = 0, cert = pem?, key = pem? } -> server | nil, message */
static int l_open(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_getfield(L, 1, "port");
  lua_Integer port = luaL_optinteger(L, -1, 0);
  const char *host = option(L, "host", "127.0.0.1");
  const char *cert = option(L, "cert", NULL), *key = option(L, "key", NULL);
  httpd *h = lua_newuserdatauv(L, sizeof *h, 0);
  *h = (httpd){.listener = -1};
  luaL_setmetatable(L, SERVER);
  luaL_argcheck(L, port >= 0 && port < 65536, 1, "not a port");
  luaL_argcheck(L, strlen(host) < sizeof h->host, 1, "not an address");
  luaL_argcheck(L, !cert == !key, 1, "a certificate needs its key");
  h->port = (int)port;
  memcpy(h->host, host, strlen(host) + 1);
  if (cert) h->cert = strdup(cert), h->key = strdup(key);
  if (httpd_open(h)) return 1;
  return luaL_fileresult(L, 0, host);
}

/* server:port() -> number */
static int l_port(lua_State *L) {
  lua_pushinteger(L, check_server(L)->port);
  return 1;
}

/* server:listen(on) -> boolean; off refuses connections until it is on again */
static int l_listen(lua_State *L) {
  httpd *h = check_server(L);
  lua_pushboolean(L, httpd_listen(h, lua_toboolean(L, 2)));
  return 1;
}

static httpd_ending ending_at(lua_State *L, int index) {
  const char *name = lua_tostring(L, index);
  for (int i = 0; name && endings[i]; i++)
    if (strcmp(name, endings[i]) == 0) return (httpd_ending)i;
  return END_KEEP;
}

/* Called by libmicrohttpd in the middle of its work: an error must not unwind through it. */
static httpd_ending ask_early(void *context, const char *method, const char *uri) {
  lua_State *L = context;
  lua_pushvalue(L, 3);
  lua_pushstring(L, method);
  lua_pushstring(L, uri);
  httpd_ending how = lua_pcall(L, 2, 1, 0) == LUA_OK ? ending_at(L, -1) : END_KEEP;
  lua_pop(L, 1);
  return how;
}

/* server:wait(seconds, early?, fd...) -> boolean...   early(method, uri) -> ending | nil */
static int l_wait(lua_State *L) {
  httpd *h = check_server(L);
  double seconds = luaL_checknumber(L, 2);
  int fds[4], count = lua_gettop(L) - 3;
  bool ready[4] = {false};
  luaL_argcheck(L, seconds >= 0 && seconds < 1e6, 2, "not a duration");
  luaL_argcheck(L, count <= 4, 4, "too many descriptors");
  lua_settop(L, count > 0 ? count + 3 : 3);
  for (int i = 0; i < count; i++) fds[i] = (int)luaL_checkinteger(L, i + 4);
  h->early = lua_isfunction(L, 3) ? ask_early : NULL;
  h->early_context = L;
  luaL_checkstack(L, 16, NULL);
  httpd_wait(h, (int)(seconds * 1000 + 0.999), fds, ready, count > 0 ? (unsigned)count : 0);
  for (int i = 0; i < count; i++) lua_pushboolean(L, ready[i]);
  return count > 0 ? count : 0;
}

static enum MHD_Result push_header(void *context, enum MHD_ValueKind kind, const char *key,
                                   const char *value) {
  lua_State *L = context;
  char name[128];
  size_t n = strlen(key);
  (void)kind;
  if (n >= sizeof name) return MHD_YES;
  for (size_t i = 0; i <= n; i++)
    name[i] = (char)(key[i] >= 'A' && key[i] <= 'Z' ? key[i] + 32 : key[i]);
  lua_pushstring(L, value ? value : "");
  lua_setfield(L, -2, name);
  return MHD_YES;
}

static void set_integer(lua_State *L, const char *name, lua_Integer value) {
  lua_pushinteger(L, value);
  lua_setfield(L, -2, name);
}

static void set_string(lua_State *L, const char *name, const char *value, size_t len) {
  lua_pushlstring(L, value, len);
  lua_setfield(L, -2, name);
}

/* server:next() -> request | nil   request = { id, method, uri, headers, body, connection, nth,
 * too_big } */
static int l_next(lua_State *L) {
  exchange *x = httpd_next(check_server(L));
  if (!x) return 0;
  httpd_connection *c = httpd_connection_of(x);
  lua_createtable(L, 0, 8);
  set_integer(L, "id", (lua_Integer)x->id);
  set_string(L, "method", x->method, strlen(x->method));
  set_string(L, "uri", x->uri, strlen(x->uri));
  set_string(L, "body", x->body ? x->body : "", x->len);
  free(x->body);
  x->body = NULL;
  set_integer(L, "connection", c ? (lua_Integer)c->number : 0);
  set_integer(L, "nth", c ? (lua_Integer)c->requests : 0);
  lua_pushboolean(L, x->too_big);
  lua_setfield(L, -2, "too_big");
  lua_newtable(L);
  MHD_get_connection_values(x->connection, MHD_HEADER_KIND, push_header, L);
  lua_setfield(L, -2, "headers");
  x->phase = X_TAKEN;
  return 1;
}

static lua_Integer integer_of(lua_State *L, const char *name, lua_Integer otherwise) {
  lua_getfield(L, 3, name);
  lua_Integer value = luaL_optinteger(L, -1, otherwise);
  lua_pop(L, 1);
  luaL_argcheck(L, value >= 0, 3, name);
  return value;
}

static bool flag_of(lua_State *L, const char *name) {
  lua_getfield(L, 3, name);
  bool set = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return set;
}

static httpd_reply check_reply(lua_State *L) {
  httpd_reply r = {.cut = HTTPD_WHOLE};
  luaL_checktype(L, 3, LUA_TTABLE);
  r.status = (unsigned)integer_of(L, "status", 200);
  r.cut = (size_t)integer_of(L, "cut", LUA_MAXINTEGER);
  r.piece = (size_t)integer_of(L, "piece", 0);
  r.pause_ms = (unsigned)integer_of(L, "pause_ms", 0);
  r.chunked = flag_of(L, "chunked");
  r.stall = flag_of(L, "stall");
  lua_getfield(L, 3, "ending");
  r.ending = ending_at(L, -1);
  lua_getfield(L, 3, "body");
  luaL_optstring(L, -1, NULL);
  return r;
}

static void add_headers(lua_State *L, struct MHD_Response *response) {
  if (lua_getfield(L, 3, "headers") != LUA_TTABLE) return;
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
    if (lua_type(L, -2) == LUA_TSTRING && lua_isstring(L, -1))
      MHD_add_response_header(response, lua_tostring(L, -2), lua_tostring(L, -1));
}

/* server:answer(id, { status, headers, body, ending, cut, stall, piece, pause_ms, chunked }) ->
 * boolean */
static int l_answer(lua_State *L) {
  httpd *h = check_server(L);
  exchange *x = httpd_find(h, (unsigned long)luaL_checkinteger(L, 2));
  httpd_reply reply = check_reply(L);
  const char *body = lua_tolstring(L, -1, &reply.len);
  if (!x || x->phase != X_TAKEN) return lua_pushboolean(L, 0), 1;
  reply.body = malloc(reply.len + 1);
  if (!reply.body) return luaL_error(L, "not enough memory");
  if (body) memcpy(reply.body, body, reply.len);
  struct MHD_Response *response = httpd_response(x, &reply);
  if (response) add_headers(L, response);
  httpd_answer(x, response);
  lua_pushboolean(L, 1);
  return 1;
}

static const luaL_Reg methods[] = {{"port", l_port},  {"listen", l_listen}, {"wait", l_wait},
                                   {"next", l_next},  {"answer", l_answer}, {"close", l_close},
                                   {"__gc", l_close}, {"__close", l_close}, {NULL, NULL}};
static const luaL_Reg functions[] = {{"open", l_open}, {NULL, NULL}};

int luaopen_slsim_httpd(lua_State *L) {
  luaL_newmetatable(L, SERVER);
  luaL_setfuncs(L, methods, 0);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
  luaL_newlib(L, functions);
  return 1;
}
