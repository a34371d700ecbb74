/* core/lhttp.c: fields in, fields out, argument errors, and memory that runs out at every single
 * allocation without a leak. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <lauxlib.h>
#include <lua.h>

#include "core/modules.h"
#include "raw_server.h"

static void serve(raw_server *s, int fd, int connection) {
  (void)connection;
  while (raw_read(s, fd))
    raw_say(fd, "HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nLocation: /x\r\n"
                "Retry-After: 3\r\nContent-Length: 4\r\n\r\nbody");
}

/* Pushes the module's function `name`. */
static void push_function(lua_State *L, const char *name) {
  luaL_requiref(L, "core.http", luaopen_core_http, 0);
  lua_getfield(L, -1, name);
  lua_remove(L, -2);
}

static void set(lua_State *L, const char *name, const char *value) {
  lua_pushstring(L, value);
  lua_setfield(L, -2, name);
}

/* Pushes { { url=, method="POST", body=, once=true, timeout=, headers={ ["X-Test"]="1" } } }. */
static void push_list(lua_State *L, const char *url) {
  lua_createtable(L, 1, 0);
  lua_newtable(L);
  set(L, "url", url);
  set(L, "method", "POST");
  lua_pushlstring(L, "a\0b", 3);
  lua_setfield(L, -2, "body");
  lua_pushboolean(L, 1);
  lua_setfield(L, -2, "once");
  lua_pushnumber(L, 10.5);
  lua_setfield(L, -2, "timeout");
  lua_newtable(L);
  set(L, "X-Test", "1");
  lua_setfield(L, -2, "headers");
  lua_rawseti(L, -2, 1);
}

/* Leaves response `i` of the list on top of the stack. */
static void check_response(lua_State *L, int i) {
  lua_rawgeti(L, -1, i);
  lua_remove(L, -2);
}

static void check_string(lua_State *L, const char *name, const char *value) {
  lua_getfield(L, -1, name);
  if (value)
    assert_string_equal(lua_tostring(L, -1), value);
  else
    assert_true(lua_isnil(L, -1));
  lua_pop(L, 1);
}

static void check_integer(lua_State *L, const char *name, lua_Integer value) {
  assert_int_equal(lua_getfield(L, -1, name), LUA_TNUMBER);
  assert_true(lua_isinteger(L, -1));
  assert_int_equal(lua_tointeger(L, -1), value);
  lua_pop(L, 1);
}

static void check_boolean(lua_State *L, const char *name, int value) {
  assert_int_equal(lua_getfield(L, -1, name), LUA_TBOOLEAN);
  assert_int_equal(lua_toboolean(L, -1), value);
  lua_pop(L, 1);
}

static void test_send(void **state) {
  (void)state;
  raw_server *s = raw_start(serve);
  lua_State *L = luaL_newstate();
  push_function(L, "send");
  push_list(L, s->url);
  lua_call(L, 1, 1);
  check_response(L, 1);
  check_string(L, "err", NULL);
  check_integer(L, "status", 201);
  check_string(L, "body", "body");
  check_string(L, "content_type", "text/plain");
  check_string(L, "location", "/x");
  check_string(L, "retry_after", "3.0");
  check_string(L, "total_items", NULL);
  check_integer(L, "bytes_out", (lua_Integer)strlen(strstr(s->last, "POST")) + 2);
  lua_close(L);
  assert_non_null(strstr(s->last, "\r\nX-Test: 1\r\n"));
  assert_memory_equal(strstr(s->last, "\r\n\r\n"), "\r\n\r\na\0b", 7);
  raw_stop(s);
}

static void push_client(lua_State *L) {
  push_function(L, "client");
  lua_call(L, 0, 1);
}

/* Calls client:name(...) with what is on the stack above the client. */
static int call_method(lua_State *L, const char *name, int arguments) {
  int client = lua_gettop(L) - arguments;
  lua_getfield(L, client, name);
  lua_insert(L, client + 1);
  lua_pushvalue(L, client);
  lua_insert(L, client + 2);
  return lua_pcall(L, arguments + 1, 1, 0);
}

static void test_client_keeps_its_connection(void **state) {
  (void)state;
  raw_server *s = raw_start(serve);
  lua_State *L = luaL_newstate();
  push_client(L);
  for (int i = 0; i < 2; i++) {
    push_list(L, s->url);
    assert_int_equal(call_method(L, "send", 1), LUA_OK);
    lua_pop(L, 1);
  }
  assert_int_equal(s->connections, 1);
  for (int i = 0; i < 2; i++) {
    assert_int_equal(call_method(L, "close", 0), LUA_OK);
    lua_pop(L, 1);
  }
  push_list(L, s->url);
  assert_int_equal(call_method(L, "send", 1), LUA_ERRRUN);
  assert_non_null(strstr(lua_tostring(L, -1), "the client is closed"));
  lua_close(L);
  assert_int_equal(s->requests, 2);
  raw_stop(s);
}

static void check_error(const char *url, const char *kind, int sent) {
  lua_State *L = luaL_newstate();
  push_function(L, "send");
  push_list(L, url);
  lua_call(L, 1, 1);
  check_response(L, 1);
  check_string(L, "status", NULL);
  assert_int_equal(lua_getfield(L, -1, "err"), LUA_TTABLE);
  check_string(L, "kind", kind);
  check_boolean(L, "sent", sent);
  check_string(L, "status", NULL);
  assert_int_equal(lua_getfield(L, -1, "message"), LUA_TSTRING);
  lua_close(L);
}

static void serve_close(raw_server *s, int fd, int connection) {
  (void)connection;
  (void)raw_read(s, fd);
}

static void test_errors(void **state) {
  (void)state;
  raw_server *s = raw_start(serve_close);
  check_error(s->url, "transport", 1);
  check_error("http://127.0.0.1:1/", "transport", 0);
  check_error("http://api.example/", "refused", 0);
  raw_stop(s);
}

static void test_answer_refused_after_sending(void **state) {
  (void)state;
  raw_server *s = raw_start(serve);
  lua_State *L = luaL_newstate();
  push_function(L, "send");
  push_list(L, s->url);
  lua_rawgeti(L, -1, 1);
  lua_pushinteger(L, 3);
  lua_setfield(L, -2, "max_bytes");
  lua_pop(L, 1);
  lua_call(L, 1, 1);
  check_response(L, 1);
  lua_getfield(L, -1, "err");
  check_string(L, "kind", "refused");
  check_boolean(L, "sent", 1);
  check_integer(L, "status", 201);
  lua_close(L);
  raw_stop(s);
}

/* --- argument errors --- */

static void spoil_url_number(lua_State *L) {
  lua_pushinteger(L, 1);
  lua_setfield(L, -2, "url");
}

static void spoil_url_zero(lua_State *L) {
  lua_pushlstring(L, "https://a\0b/", 12);
  lua_setfield(L, -2, "url");
}

static void spoil_url_missing(lua_State *L) {
  lua_pushnil(L);
  lua_setfield(L, -2, "url");
}

static void spoil_key(lua_State *L) {
  set(L, "retries", "3");
}

static void spoil_position(lua_State *L) {
  lua_pushstring(L, "x");
  lua_rawseti(L, -2, 1);
}

static void spoil_timeout(lua_State *L) {
  lua_pushnumber(L, -1);
  lua_setfield(L, -2, "timeout");
}

static void spoil_header(lua_State *L) {
  lua_getfield(L, -1, "headers");
  lua_pushinteger(L, 1);
  lua_setfield(L, -2, "X-Test");
  lua_pop(L, 1);
}

static void test_argument_errors(void **state) {
  (void)state;
  static const struct {
    void (*spoil)(lua_State *L);
    const char *message;
  } cases[] = {{spoil_url_number, "request 1: field 'url' must be a string, got number"},
               {spoil_url_zero, "request 1: field 'url' contains a zero byte"},
               {spoil_url_missing, "request 1: field 'url' is missing"},
               {spoil_key, "request 1: field 'retries' is unknown"},
               {spoil_position, "request 1: field '[number]' is unknown"},
               {spoil_timeout, "request 1: field 'timeout' must be positive"},
               {spoil_header, "request 1: field 'headers' must map names to strings"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    lua_State *L = luaL_newstate();
    push_client(L);
    push_list(L, "http://127.0.0.1:1/");
    lua_rawgeti(L, -1, 1);
    cases[i].spoil(L);
    lua_pop(L, 1);
    assert_int_equal(call_method(L, "send", 1), LUA_ERRRUN);
    if (!strstr(lua_tostring(L, -1), cases[i].message)) fail_msg("%s", lua_tostring(L, -1));
    lua_close(L);
  }
}

static void test_one_request_is_no_list(void **state) {
  (void)state;
  lua_State *L = luaL_newstate();
  push_client(L);
  lua_newtable(L);
  set(L, "url", "http://127.0.0.1:1/");
  assert_int_equal(call_method(L, "send", 1), LUA_ERRRUN);
  assert_non_null(strstr(lua_tostring(L, -1), "a list of requests is expected"));
  lua_close(L);
}

static void test_client_options(void **state) {
  (void)state;
  lua_State *L = luaL_newstate();
  push_function(L, "client");
  lua_newtable(L);
  set(L, "ca_file", "/nonexistent.pem");
  lua_call(L, 1, 2);
  assert_true(lua_isnil(L, -2));
  check_string(L, "kind", "transport");
  check_string(L, "message", "CA file /nonexistent.pem: No such file or directory");
  check_boolean(L, "sent", 0);
  push_function(L, "client");
  lua_newtable(L);
  set(L, "verify", "no");
  assert_int_equal(lua_pcall(L, 1, 2, 0), LUA_ERRRUN);
  assert_non_null(strstr(lua_tostring(L, -1), "field 'verify' is unknown"));
  lua_close(L);
}

/* --- out of memory --- */

static void *limited_alloc(void *left, void *block, size_t old_size, size_t new_size) {
  (void)old_size;
  if (new_size == 0) {
    free(block);
    return NULL;
  }
  int *allocations = left;
  return *allocations > 0 && (*allocations)-- ? realloc(block, new_size) : NULL;
}

static int l_whole_life(lua_State *L) {
  push_client(L);
  push_list(L, lua_tostring(L, 1));
  lua_getfield(L, -2, "send");
  lua_pushvalue(L, -3);
  lua_pushvalue(L, -3);
  lua_call(L, 2, 1);
  return 0;
}

/* True when the life succeeded within so many allocations; the sanitizer looks for leaks. */
static bool live(const char *url, int allocations) {
  int left = 1000000;
  lua_State *L = lua_newstate(limited_alloc, &left);
  lua_pushcfunction(L, l_whole_life);
  lua_pushstring(L, url);
  left = allocations;
  int status = lua_pcall(L, 1, 0, 0);
  if (status != LUA_OK) assert_int_equal(status, LUA_ERRMEM);
  left = 1000000;
  lua_close(L);
  return status == LUA_OK;
}

static void test_out_of_memory(void **state) {
  (void)state;
  raw_server *s = raw_start(serve);
  int allocations = 0;
  while (!live(s->url, allocations)) allocations++;
  assert_true(allocations > 30);
  raw_stop(s);
}

int main(void) {
  (void)signal(SIGPIPE, SIG_IGN); /* as limits_catch_signals does */
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_send),
      cmocka_unit_test(test_client_keeps_its_connection),
      cmocka_unit_test(test_errors),
      cmocka_unit_test(test_answer_refused_after_sending),
      cmocka_unit_test(test_argument_errors),
      cmocka_unit_test(test_one_request_is_no_list),
      cmocka_unit_test(test_client_options),
      cmocka_unit_test(test_out_of_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
