/* Any bytes as an HTTP answer, through all that takes it in: header lines, body, and its decoding
 * into the value or the error that a script sees. Only the transfer is replaced: this http_send
 * hands the input to the callbacks as libcurl does, line by line and in pieces. */
#include <lauxlib.h>
#include <lua.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/http.h"
#include "core/http_answer.h"
#include "core/modules.h"

enum { MAX_BODY = 4096, PIECE = 61 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct http_client {
  const curl_api *curl;
  const char *input;
  size_t len;
};

static http_client the_client; /* what the session holds; the input comes in through it */

http_client *http_open(const http_options *options, char error[HTTP_ERROR_SIZE]) {
  (void)options;
  the_client.curl = curl_load(error, HTTP_ERROR_SIZE);
  return the_client.curl ? &the_client : NULL;
}

void http_close(http_client *client) {
  (void)client;
}

void http_response_clear(http_response *response) {
  free(response->body);
  *response = (http_response){.retry_after = -1, .total_items = -1};
}

static size_t line_length(const char *text, size_t len) {
  const char *end = memchr(text, '\n', len);
  return end ? (size_t)(end - text) + 1 : len;
}

/* Reads the number of a status line, as libcurl would: three digits. */
static void take_status(http_response *r, const char *line, size_t len) {
  long status = 0;
  if (len < 12 || memcmp(line, "HTTP/1.1 ", 9) != 0) return;
  for (size_t i = 9; i < 12; i++)
    status = status * 10 + (line[i] >= '0' && line[i] <= '9' ? line[i] - '0' : 0);
  r->status = status;
}

static bool take_in(http_answer *a, const char *text, size_t len) {
  char piece[PIECE];
  for (size_t n; len > 0 && !a->header_complete; text += n, len -= n) {
    n = line_length(text, len);
    char *line = malloc(n); /* of exactly this size, so that no byte beyond it is read unnoticed */
    if (!line) abort();
    memcpy(line, text, n);
    take_status(a->response, line, n);
    bool taken = http_answer_header(line, 1, n, a) == n;
    free(line);
    if (!taken) return false;
  }
  for (size_t n; len > 0; text += n, len -= n) {
    n = len < sizeof piece ? len : sizeof piece;
    memcpy(piece, text, n);
    if (http_answer_body(piece, 1, n, a) != n) return false;
  }
  return http_answer_complete(a);
}

void http_send(http_client *client, const http_request *requests, http_response *responses,
               size_t n) {
  (void)requests;
  if (n != 1) abort();
  http_answer answer;
  http_response *r = responses;
  *r = (http_response){.retry_after = -1, .total_items = -1};
  http_answer_start(&answer, client->curl, r, MAX_BODY);
  bool whole = take_in(&answer, client->input, client->len);
  if (whole && answer.header_complete && r->status >= 200) {
    r->body = realloc(r->body, r->body_len + 1);
    return;
  }
  if (!http_answer_fault(&answer, r->error, sizeof r->error))
    (void)snprintf(r->error, sizeof r->error, "the answer ended within its header");
  r->outcome = answer.fault ? HTTP_REFUSED : HTTP_UNKNOWN;
  free(r->body);
  r->body = NULL;
  r->body_len = 0;
}

static void check_field(lua_State *L, int table, const char *name, int type) {
  int found = lua_getfield(L, table, name);
  if (found != type && found != LUA_TNIL) abort();
  lua_pop(L, 1);
}

static void check_error(lua_State *L, int err) {
  static const char *const kinds[] = {"transport", "refused", "api", "timeout", "interrupted"};
  lua_getfield(L, err, "kind");
  const char *kind = luaL_checkstring(L, -1);
  size_t i = 0, count = sizeof kinds / sizeof *kinds;
  while (i < count && strcmp(kind, kinds[i]) != 0) i++;
  if (i == count) abort();
  check_field(L, err, "message", LUA_TSTRING);
  check_field(L, err, "status", LUA_TNUMBER);
  check_field(L, err, "retry_after", LUA_TNUMBER);
  lua_getfield(L, err, "retry_after");
  if (!isfinite(lua_tonumber(L, -1)) || lua_tonumber(L, -1) < 0) abort();
  if (lua_getfield(L, err, "sent") != LUA_TBOOLEAN) abort();
}

/* One result: a value or an error, never both, and each field of its type. */
static void check(lua_State *L) {
  int result = lua_gettop(L);
  bool failed = lua_getfield(L, result, "err") == LUA_TTABLE;
  if (lua_getfield(L, result, "value") != LUA_TNIL && failed) abort();
  if (failed) check_error(L, result + 1);
  check_field(L, result, "status", LUA_TNUMBER);
  check_field(L, result, "total", LUA_TNUMBER);
  lua_getfield(L, result, "total");
  if (lua_tointeger(L, -1) < 0) abort();
}

/* A Lua state with a session at 1. */
static lua_State *open_state(void) {
  lua_State *L = luaL_newstate();
  if (!L) abort();
  luaL_requiref(L, "core.softlayer", luaopen_core_softlayer, 0);
  lua_getfield(L, -1, "open");
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "http://127.0.0.1");
  lua_setfield(L, -2, "endpoint");
  lua_call(L, 1, 1);
  if (lua_isnil(L, -1)) abort();
  lua_replace(L, 1);
  return L;
}

static void push_calls(lua_State *L) {
  lua_createtable(L, 1, 0);
  lua_createtable(L, 0, 2);
  lua_pushliteral(L, "SoftLayer_Account");
  lua_setfield(L, -2, "service");
  lua_pushliteral(L, "getVirtualGuests");
  lua_setfield(L, -2, "method");
  lua_rawseti(L, -2, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static lua_State *L; /* one state for all inputs: libFuzzer has no end to close it at */
  if (!L) L = open_state();
  lua_settop(L, 1);
  the_client.input = (const char *)data;
  the_client.len = size;
  lua_getfield(L, 1, "send");
  lua_pushvalue(L, 1);
  push_calls(L);
  lua_call(L, 2, 1);
  if (lua_rawgeti(L, -1, 1) != LUA_TTABLE) abort();
  check(L);
  return 0;
}
