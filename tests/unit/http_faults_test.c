/* core/http.c against a server that misbehaves: what is retried and what must not be, what is known
 * of a request whose answer is missing, and answers that would never end. */
#include <signal.h>

#include "http_ask.h"

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
#define ENDLESS "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

/* --- connections that die --- */

/* Answers the first request of the first connection, then reads one more and closes. */
static void serve_read_then_close(raw_server *s, int fd, int connection) {
  if (raw_read(s, fd) && raw_say(fd, OK) && connection > 1) raw_drain(fd);
  if (connection == 1) (void)raw_read(s, fd);
}

/* Sends `second` over the connection that a first request left open, after the server has closed
 * so many connections. */
static http_response ask_again(raw_server *s, http_request second, int closed) {
  http_response first, response;
  http_client *client = open_client();
  http_send(client, &(http_request){.method = "GET", .url = s->url}, &first, 1);
  assert_int_equal(first.outcome, HTTP_DONE);
  http_response_clear(&first);
  raw_await(s, 1, closed);
  second.url = s->url;
  http_send(client, &second, &response, 1);
  http_close(client);
  return response;
}

static void check_sent_once(http_request request) {
  raw_server *s = raw_start(serve_read_then_close);
  request.once = true;
  http_response r = ask_again(s, request, 0);
  assert_int_equal(r.outcome, HTTP_UNKNOWN);
  assert_int_equal(s->requests, 2);
  assert_int_equal(r.status, 0);
  assert_non_null(strstr(r.error, "not sent again"));
  assert_false(r.timed_out || r.interrupted);
  raw_stop(s);
}

static void test_once_is_sent_once(void **state) {
  (void)state;
  static char large[40000];
  memset(large, 'x', sizeof large);
  check_sent_once((http_request){.method = "POST", .body = "order", .body_len = 5});
  check_sent_once((http_request){.method = "PUT", .body = "order", .body_len = 5});
  check_sent_once((http_request){.method = "POST", .body = large, .body_len = sizeof large});
  check_sent_once((http_request){.method = "POST"});
  check_sent_once((http_request){.method = "GET"});
  check_sent_once((http_request){.method = "DELETE"});
}

static void test_others_are_sent_again(void **state) {
  (void)state;
  static const char *const methods[] = {"GET", "POST"};
  for (int i = 0; i < 2; i++) {
    raw_server *s = raw_start(serve_read_then_close);
    http_response r = ask_again(s, (http_request){.method = methods[i]}, 0);
    assert_int_equal(r.outcome, HTTP_DONE);
    assert_int_equal(s->requests, 3);
    assert_int_equal(s->connections, 2);
    http_response_clear(&r);
    raw_stop(s);
  }
}

static void serve_one(raw_server *s, int fd, int connection) {
  (void)connection;
  if (raw_read(s, fd)) raw_say(fd, OK);
}

static void test_closed_idle_connection(void **state) {
  (void)state;
  for (int once = 0; once < 2; once++) {
    raw_server *s = raw_start(serve_one);
    http_request q = {.method = "POST", .body = "order", .body_len = 5, .once = once};
    http_response r = ask_again(s, q, 1);
    assert_int_equal(r.outcome, HTTP_DONE);
    assert_int_equal(s->requests, 2);
    assert_string_equal(strstr(s->last, "\r\n\r\n"), "\r\n\r\norder");
    http_response_clear(&r);
    raw_stop(s);
  }
}

static void serve_close(raw_server *s, int fd, int connection) {
  (void)connection;
  (void)raw_read(s, fd);
}

static void serve_reset(raw_server *s, int fd, int connection) {
  (void)connection;
  struct linger at_once = {.l_onoff = 1};
  (void)raw_read(s, fd);
  (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

static void serve_torn_header(raw_server *s, int fd, int connection) {
  (void)connection;
  if (raw_read(s, fd)) raw_say(fd, "HTTP/1.1 200 OK\r\nContent-Type: te");
}

static void serve_torn_body(raw_server *s, int fd, int connection) {
  (void)connection;
  if (raw_read(s, fd)) raw_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
}

static void serve_torn_chunk(raw_server *s, int fd, int connection) {
  (void)connection;
  if (raw_read(s, fd)) raw_say(fd, ENDLESS "4\r\nhalf\r\n5\r\nthe");
}

static void serve_interim_only(raw_server *s, int fd, int connection) {
  (void)connection;
  if (raw_read(s, fd)) raw_say(fd, "HTTP/1.1 100 Continue\r\n\r\n");
}

static void serve_not_http(raw_server *s, int fd, int connection) {
  (void)connection;
  if (raw_read(s, fd)) raw_say(fd, "220 mail.example ESMTP\r\n\r\n");
}

static void serve_bad_gzip(raw_server *s, int fd, int connection) {
  (void)connection;
  if (raw_read(s, fd))
    raw_say(fd, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 7\r\n\r\nnotgzip");
}

static void test_missing_answers_are_unknown(void **state) {
  (void)state;
  static const struct {
    raw_script *script;
    long status;
  } cases[] = {{serve_close, 0},       {serve_reset, 0},        {serve_torn_header, 200},
               {serve_torn_body, 200}, {serve_torn_chunk, 200}, {serve_interim_only, 100},
               {serve_not_http, 0},    {serve_bad_gzip, 200}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    raw_server *s = raw_start(cases[i].script);
    http_response r =
        ask((http_request){.url = s->url, .method = "POST", .body = "b", .body_len = 1});
    assert_int_equal(r.outcome, HTTP_UNKNOWN);
    assert_int_equal(r.status, cases[i].status);
    assert_null(r.body);
    assert_int_equal(r.body_len, 0);
    assert_memory_equal(r.error, "127.0.0.1:", 10);
    assert_int_equal(s->requests, 1);
    raw_stop(s);
  }
}

/* --- connections that never come about --- */

static void test_no_server_is_unsent(void **state) {
  (void)state;
  raw_server *s = raw_start(serve_one);
  char url[64];
  (void)snprintf(url, sizeof url, "%s", s->url);
  raw_stop(s);
  http_response r = ask((http_request){.url = url, .once = true, .body = "b", .body_len = 1});
  assert_int_equal(r.outcome, HTTP_UNSENT);
  assert_false(r.timed_out);
  assert_non_null(strstr(r.error, "Failed to connect"));
}

static void serve_no_tls(raw_server *s, int fd, int connection) {
  (void)s, (void)connection;
  char hello[512];
  if (recv(fd, hello, sizeof hello, 0) > 0) raw_say(fd, OK);
}

static void serve_no_handshake(raw_server *s, int fd, int connection) {
  (void)s, (void)connection;
  raw_drain(fd);
}

static void check_tls_fails(raw_script *script, bool timed_out) {
  raw_server *s = raw_start(script);
  char url[64];
  (void)snprintf(url, sizeof url, "https://127.0.0.1:%d/", s->port);
  http_response r = ask((http_request){.url = url, .method = "POST", .once = true, .timeout = 0.3});
  assert_int_equal(r.outcome, HTTP_UNSENT);
  assert_int_equal(r.timed_out, timed_out);
  raw_stop(s);
}

static void test_failed_handshake_is_unsent(void **state) {
  (void)state;
  check_tls_fails(serve_no_tls, false);
  check_tls_fails(serve_no_handshake, true);
}

/* --- answers without an end --- */

static void serve_trickle(raw_server *s, int fd, int connection) {
  (void)connection;
  bool open = raw_read(s, fd) && raw_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
  while (open && usleep(20000) == 0) open = raw_say(fd, "x");
}

static void test_trickle_meets_the_timeout(void **state) {
  (void)state;
  raw_server *s = raw_start(serve_trickle);
  http_response r = ask((http_request){.url = s->url, .timeout = 0.25});
  assert_int_equal(r.outcome, HTTP_UNKNOWN);
  assert_true(r.timed_out && !r.interrupted);
  assert_int_equal(r.status, 200);
  assert_true(r.seconds >= 0.2 && r.seconds < 2);
  raw_stop(s);
}

static void serve_endless(raw_server *s, int fd, int connection) {
  (void)connection;
  char chunk[4096 + 8] = "1000\r\n";
  memset(chunk + 6, 'x', 4096);
  memcpy(chunk + 6 + 4096, "\r\n", 2);
  bool open = raw_read(s, fd) && raw_say(fd, ENDLESS);
  while (open) open = raw_send(fd, chunk, sizeof chunk);
}

static void serve_huge(raw_server *s, int fd, int connection) {
  (void)connection;
  char block[4096] = {'x'};
  bool open =
      raw_read(s, fd) && raw_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
  while (open) open = raw_send(fd, block, sizeof block);
}

/* A gzip stream of zero bytes: one literal, then copies of 258 bytes in 13 bits each, for ever. */
typedef struct {
  unsigned char bytes[4096];
  size_t bits;
} bit_writer;

static void put_bits(bit_writer *w, const char *bits) {
  for (; *bits; bits++, w->bits++)
    if (*bits == '1') w->bytes[w->bits / 8] |= (unsigned char)(1u << (w->bits % 8));
}

static void serve_gzip_bomb(raw_server *s, int fd, int connection) {
  (void)connection;
  static const unsigned char gzip[10] = {0x1f, 0x8b, 8};
  bit_writer w = {0};
  put_bits(&w, "110"
               "00110000"); /* last block, fixed codes; literal 0 */
  while (w.bits + 13 < sizeof w.bytes * 8)
    put_bits(&w, "11000101"
                 "00000");
  if (raw_read(s, fd) &&
      raw_say(fd, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n") &&
      raw_send(fd, gzip, sizeof gzip) && raw_send(fd, w.bytes, w.bits / 8))
    raw_drain(fd);
}

static void serve_header_flood(raw_server *s, int fd, int connection) {
  (void)connection;
  bool open = raw_read(s, fd) && raw_say(fd, "HTTP/1.1 200 OK\r\n");
  while (open) open = raw_say(fd, "X-Flood: 0123456789012345678901234567890123456789\r\n");
}

static void serve_long_line(raw_server *s, int fd, int connection) {
  (void)connection;
  bool open = raw_read(s, fd) && raw_say(fd, "HTTP/1.1 200 OK\r\nX-Flood: ");
  while (open) open = raw_say(fd, "0123456789012345678901234567890123456789");
}

static void serve_endless_interim(raw_server *s, int fd, int connection) {
  (void)connection;
  bool open = raw_read(s, fd);
  while (open) open = raw_say(fd, "HTTP/1.1 100 Continue\r\nX-Flood: 0123456789\r\n\r\n");
}

static void check_too_large(raw_script *script, size_t max_bytes, const char *why) {
  raw_server *s = raw_start(script);
  http_response r = ask((http_request){.url = s->url, .max_bytes = max_bytes, .timeout = 60});
  assert_int_equal(r.outcome, HTTP_REFUSED);
  if (!strstr(r.error, why)) fail_msg("got: %s", r.error);
  assert_true(r.bytes_out > 0);
  assert_true(r.bytes_in < (size_t)2 << 20);
  assert_null(r.body);
  raw_stop(s);
}

static void test_large_answers_are_refused(void **state) {
  (void)state;
  check_too_large(serve_endless, 1000000, "answer larger than 1000000 bytes");
  check_too_large(serve_huge, 1000000, "answer larger than 1000000 bytes");
  check_too_large(serve_gzip_bomb, 100000, "answer larger than 100000 bytes");
  check_too_large(serve_one, 1, "answer larger than 1 bytes");
  check_too_large(serve_header_flood, 0, "header larger than 65536 bytes");
  check_too_large(serve_endless_interim, 0, "header larger than 65536 bytes");
}

/* libcurl has its own bound for one line; what matters is that there is one. */
static void test_endless_header_line_ends(void **state) {
  (void)state;
  raw_server *s = raw_start(serve_long_line);
  http_response r = ask((http_request){.url = s->url, .timeout = 60});
  assert_true(r.outcome == HTTP_REFUSED || r.outcome == HTTP_UNKNOWN);
  assert_false(r.timed_out);
  assert_null(r.body);
  raw_stop(s);
}

static void serve_gzip(raw_server *s, int fd, int connection) {
  (void)connection;
  static const unsigned char hello[] = {0x1f, 0x8b, 8,    0,    0,    0,    0,    0, 2,
                                        0xff, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0, 0x86,
                                        0xa6, 0x10, 0x36, 5,    0,    0,    0};
  if (raw_read(s, fd) &&
      raw_say(fd, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"))
    raw_send(fd, hello, sizeof hello);
}

static void test_exact_size_and_gzip_are_fine(void **state) {
  (void)state;
  raw_script *const scripts[] = {serve_one, serve_gzip};
  const char *const bodies[] = {"ok", "hello"};
  for (int i = 0; i < 2; i++) {
    raw_server *s = raw_start(scripts[i]);
    http_response r = ask((http_request){.url = s->url, .max_bytes = strlen(bodies[i])});
    assert_int_equal(r.outcome, HTTP_DONE);
    assert_string_equal(r.body, bodies[i]);
    http_response_clear(&r);
    raw_stop(s);
  }
}

int main(void) {
  (void)signal(SIGPIPE, SIG_IGN); /* as limits_catch_signals does */
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_once_is_sent_once),
      cmocka_unit_test(test_others_are_sent_again),
      cmocka_unit_test(test_closed_idle_connection),
      cmocka_unit_test(test_missing_answers_are_unknown),
      cmocka_unit_test(test_no_server_is_unsent),
      cmocka_unit_test(test_failed_handshake_is_unsent),
      cmocka_unit_test(test_trickle_meets_the_timeout),
      cmocka_unit_test(test_large_answers_are_refused),
      cmocka_unit_test(test_endless_header_line_ends),
      cmocka_unit_test(test_exact_size_and_gzip_are_fine),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
