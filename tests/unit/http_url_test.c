/* core/http_url.c and what else is judged before sending: URLs, header lines and methods that are
 * refused, the names of this machine, and which way leads through a proxy. */
#include <signal.h>

#include "http_ask.h"

static void serve_ok(raw_server *s, int fd, int connection) {
  (void)connection;
  while (raw_read(s, fd)) raw_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]");
}

/* Expects a refusal before a byte was sent; the error must not show what the URL hides. */
static void check_refused(http_request request, const char *why) {
  http_response r = ask(request);
  if (r.outcome != HTTP_REFUSED) fail_msg("%s gave outcome %d", request.url, (int)r.outcome);
  if (!strstr(r.error, why)) fail_msg("%s gave: %s", request.url, r.error);
  assert_null(strstr(r.error, "sesame"));
  assert_int_equal(r.bytes_out, 0);
  assert_null(r.body);
}

static void test_refused_urls(void **state) {
  (void)state;
  static const char *const urls[][2] = {
      {"", "not valid"},
      {"api.example/rest", "not valid"},
      {"//api.example/rest", "not valid"},
      {"https://", "not valid"},
      {"https://user:sesame@api.example/", "not valid"},
      {"https://user@api.example/", "not valid"},
      {"https://@api.example/", "not valid"},
      {"https://api.example/a b?sesame", "not valid"},
      {"https://api.example/\r\nX: sesame", "not valid"},
      {"https://api.example/\x01", "not valid"},
      {"https://api.example:99999/", "not valid"},
      {"ftp://127.0.0.1/", "not https"},
      {"file:///etc/passwd", ""},
      {"gopher://127.0.0.1:25/_sesame", "not https"},
      {"http://api.example/?sesame", "plain http"},
      {"http://128.0.0.1/", "plain http"},
      {"http://126.255.255.255/", "plain http"},
      {"http://127.0.0.1.example/", "plain http"},
      {"http://localhost.example/", "plain http"},
      {"http://0/", "plain http"},
      {"http://[::2]/", "plain http"},
      {"http://[::ffff:127.0.0.1]/", "plain http"},
  };
  for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
    check_refused((http_request){.url = urls[i][0]}, urls[i][1]);
}

static void test_refused_requests(void **state) {
  (void)state;
  static const char *const lines[] = {"X: a\r\nY: sesame",
                                      "X: a\nb",
                                      "no colon",
                                      ": nameless",
                                      "X Y: a",
                                      "X:",
                                      "X: ",
                                      "Content-Length: 3",
                                      "transfer-encoding: chunked",
                                      "Expect: 100-continue"};
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
    check_refused((http_request){.url = "http://127.0.0.1:1/",
                                 .headers = (const char *const[]){lines[i], NULL}},
                  "header line");
  static const char *const methods[] = {"", "get", "CONNECT", "PATCH", "GET / HTTP/1.1\r\nX: y"};
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
    check_refused((http_request){.url = "http://127.0.0.1:1/", .method = methods[i]}, "method");
}

static void test_loopback_names(void **state) {
  (void)state;
  static const char *const hosts[] = {"localhost", "LOCALHOST", "127.1", "0x7f000001"};
  raw_server *s = raw_start(serve_ok);
  for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
    char url[64];
    (void)snprintf(url, sizeof url, "http://%s:%d/", hosts[i], s->port);
    http_response r = ask((http_request){.url = url});
    assert_int_equal(r.outcome, HTTP_DONE);
    http_response_clear(&r);
  }
  raw_stop(s);
}

/* --- proxies --- */

static void set_proxy(const char *variable, int port) {
  char proxy[64];
  (void)snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", port);
  setenv(variable, proxy, 1);
}

static void test_loopback_needs_no_proxy(void **state) {
  (void)state;
  raw_server *s = raw_start(serve_ok);
  set_proxy("http_proxy", 1);
  http_response r = ask((http_request){.url = s->url});
  unsetenv("http_proxy");
  assert_int_equal(r.outcome, HTTP_DONE);
  http_response_clear(&r);
  raw_stop(s);
}

static void test_plain_http_through_a_proxy(void **state) {
  (void)state;
  raw_server *s = raw_start(serve_ok);
  set_proxy("http_proxy", s->port);
  http_response r = ask((http_request){.url = "http://registry.example/x", .plain_http = true});
  unsetenv("http_proxy");
  assert_int_equal(r.outcome, HTTP_DONE);
  assert_memory_equal(s->last, "GET http://registry.example/x ", 30);
  http_response_clear(&r);
  raw_stop(s);
}

static void serve_407(raw_server *s, int fd, int connection) {
  (void)connection;
  while (raw_read(s, fd))
    raw_say(fd, "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n");
}

static void test_refusing_proxy_is_final(void **state) {
  (void)state;
  raw_server *s = raw_start(serve_407);
  set_proxy("https_proxy", s->port);
  http_response r = ask((http_request){.url = "https://api.example/?x", .userpwd = "u:sesame"});
  unsetenv("https_proxy");
  assert_int_equal(r.outcome, HTTP_REFUSED);
  assert_int_equal(r.status, 0); /* the status of an answer of the server */
  assert_non_null(strstr(r.error, "api.example:443: "));
  assert_non_null(strstr(r.error, "407"));
  assert_null(strcasestr(s->last, "Authorization"));
  http_response_clear(&r);
  raw_stop(s);
}

int main(void) {
  static const char *const variables[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                          "ALL_PROXY",  "no_proxy",    "NO_PROXY"};
  for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) unsetenv(variables[i]);
  (void)signal(SIGPIPE, SIG_IGN); /* as limits_catch_signals does */
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_refused_urls),
      cmocka_unit_test(test_refused_requests),
      cmocka_unit_test(test_loopback_names),
      cmocka_unit_test(test_loopback_needs_no_proxy),
      cmocka_unit_test(test_plain_http_through_a_proxy),
      cmocka_unit_test(test_refusing_proxy_is_final),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
