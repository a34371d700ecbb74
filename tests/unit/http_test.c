/* core/http.c against a server that behaves: what is sent, what is read, flights of many,
 * and the two ways to stop a flight. */
#include <math.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "core/limits.h"
#include "http_ask.h"

static void serve_ok(raw_server *s, int fd, int connection) {
  (void)connection;
  while (raw_read(s, fd))
    raw_say(fd, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
                "SoftLayer-Total-Items: 42\r\nRetry-After:  7 \r\n\r\n[]");
}

static void test_answer_and_keep_alive(void **state) {
  (void)state;
  raw_server *s = raw_start(serve_ok);
  http_client *client = open_client();
  for (int i = 0; i < 3; i++) {
    http_response r;
    http_send(client, &(http_request){.method = "GET", .url = s->url}, &r, 1);
    assert_int_equal(r.outcome, HTTP_DONE);
    assert_int_equal(r.status, 200);
    assert_string_equal(r.body, "[]");
    assert_int_equal(r.body_len, 2);
    assert_string_equal(r.content_type, "application/json");
    assert_string_equal(r.location, "");
    assert_string_equal(r.error, "");
    assert_true(r.retry_after > 6.9 && r.retry_after < 7.1);
    assert_int_equal(r.total_items, 42);
    assert_int_equal(r.bytes_out, strlen(s->last));
    assert_int_equal(r.bytes_in, 117);
    http_response_clear(&r);
    http_response_clear(&r);
  }
  http_close(client);
  assert_int_equal(s->connections, 1);
  assert_int_equal(s->requests, 3);
  raw_stop(s);
}

static void check_sent(http_request request, const char *first_line, const char *tail) {
  raw_server *s = raw_start(serve_ok);
  request.url = s->url;
  http_response r = ask(request);
  assert_int_equal(r.outcome, HTTP_DONE);
  assert_int_equal(r.bytes_out, strlen(s->last));
  assert_memory_equal(s->last, first_line, strlen(first_line));
  const char *body = strstr(s->last, "\r\n\r\n");
  assert_string_equal(body + 4, tail);
  assert_null(strcasestr(s->last, "\r\nExpect:"));
  assert_null(strcasestr(s->last, "form-urlencoded"));
  assert_int_equal(raw_body_len(s->last), strlen(tail));
  assert_int_equal(strcasestr(s->last, "\r\nContent-Length:") != NULL, first_line[0] == 'P');
  http_response_clear(&r);
  raw_stop(s);
}

static void test_methods_and_bodies(void **state) {
  (void)state;
  check_sent((http_request){.method = "GET"}, "GET / HTTP/1.1\r\n", "");
  check_sent((http_request){.method = "GET", .once = true}, "GET / HTTP/1.1\r\n", "");
  check_sent((http_request){.method = "DELETE"}, "DELETE / HTTP/1.1\r\n", "");
  check_sent((http_request){.method = "POST"}, "POST / HTTP/1.1\r\n", "");
  check_sent((http_request){.method = "PUT"}, "PUT / HTTP/1.1\r\n", "");
  check_sent((http_request){.method = "POST", .once = true}, "POST / HTTP/1.1\r\n", "");
  for (int once = 0; once < 2; once++) {
    http_request q = {.body = "{\"a\":1}", .body_len = 7, .once = once};
    q.method = "POST";
    check_sent(q, "POST / HTTP/1.1\r\n", "{\"a\":1}");
    q.method = "PUT";
    check_sent(q, "PUT / HTTP/1.1\r\n", "{\"a\":1}");
  }
}

static void test_header_lines(void **state) {
  (void)state;
  static const char *const lines[] = {"Content-Type: text/x", "X-One: 1", NULL};
  raw_server *s = raw_start(serve_ok);
  http_response r = ask((http_request){.method = "POST",
                                       .url = s->url,
                                       .headers = lines,
                                       .userpwd = "user:pass:word",
                                       .body = "b",
                                       .body_len = 1});
  assert_int_equal(r.outcome, HTTP_DONE);
  assert_non_null(strstr(s->last, "\r\nContent-Type: text/x\r\n"));
  assert_non_null(strstr(s->last, "\r\nX-One: 1\r\n"));
  assert_non_null(strstr(s->last, "\r\nUser-Agent: slcpi-test\r\n"));
  assert_non_null(strstr(s->last, "\r\nAuthorization: Basic dXNlcjpwYXNzOndvcmQ=\r\n"));
  assert_non_null(strstr(s->last, "gzip"));
  http_response_clear(&r);
  raw_stop(s);
}

static void test_missing_ca_file(void **state) {
  (void)state;
  char error[HTTP_ERROR_SIZE] = "";
  assert_null(http_open(&(http_options){.ca_file = "/nonexistent/ca.pem"}, error));
  assert_non_null(strstr(error, "/nonexistent/ca.pem: No such file"));
  assert_int_equal(setenv("SSL_CERT_FILE", "/nonexistent/env.pem", 1), 0);
  assert_null(http_open(&(http_options){0}, error));
  assert_non_null(strstr(error, "/nonexistent/env.pem: No such file"));
  assert_int_equal(unsetenv("SSL_CERT_FILE"), 0);
}

/* --- redirects, interim answers, dates --- */

static void serve_redirect(raw_server *s, int fd, int connection) {
  (void)connection;
  while (raw_read(s, fd))
    raw_say(fd, "HTTP/1.1 103 Early\r\nRetry-After: 9\r\n\r\n"
                "HTTP/1.1 302 Found\r\nLocation: /else\x7fwhere\r\nContent-Length: 0\r\n\r\n");
}

static void test_redirect_is_not_followed(void **state) {
  (void)state;
  raw_server *s = raw_start(serve_redirect);
  http_response r = ask((http_request){.url = s->url});
  assert_int_equal(r.outcome, HTTP_DONE);
  assert_int_equal(r.status, 302);
  assert_string_equal(r.location, "/else?where");
  assert_true(r.retry_after < 0);
  assert_int_equal(r.total_items, -1);
  assert_non_null(r.body);
  assert_int_equal(r.body_len, 0);
  assert_int_equal(s->requests, 1);
  http_response_clear(&r);
  raw_stop(s);
}

static void say_retry_after(int fd, const char *value) {
  char answer[512];
  (void)snprintf(answer, sizeof answer,
                 "HTTP/1.1 429 Slow down\r\nRetry-After: %s\r\n"
                 "SoftLayer-Total-Items: 1x\r\nContent-Length: 0\r\n\r\n",
                 value);
  raw_say(fd, answer);
}

static void serve_forever(raw_server *s, int fd, int connection) {
  (void)connection;
  char digits[400];
  memset(digits, '9', sizeof digits - 1);
  digits[sizeof digits - 1] = '\0';
  while (raw_read(s, fd)) say_retry_after(fd, digits);
}

static void test_retry_after_is_finite(void **state) {
  (void)state;
  raw_server *s = raw_start(serve_forever);
  http_response r = ask((http_request){.url = s->url});
  assert_true(isfinite(r.retry_after) && r.retry_after >= 1e9);
  http_response_clear(&r);
  raw_stop(s);
}

static void serve_dates(raw_server *s, int fd, int connection) {
  (void)connection;
  char date[64];
  while (raw_read(s, fd)) {
    time_t then = strstr(s->last, "/past") ? 0 : time(NULL) + 100;
    struct tm utc;
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&then, &utc));
    say_retry_after(fd, date);
  }
}

static void test_retry_after_dates(void **state) {
  (void)state;
  raw_server *s = raw_start(serve_dates);
  http_response r = ask((http_request){.url = s->url});
  assert_true(r.retry_after >= 90 && r.retry_after <= 101);
  assert_int_equal(r.total_items, -1);
  http_response_clear(&r);
  char past[80];
  (void)snprintf(past, sizeof past, "%spast", s->url);
  r = ask((http_request){.url = past});
  assert_true(fabs(r.retry_after) < 0.001);
  http_response_clear(&r);
  raw_stop(s);
}

static void serve_clock(raw_server *s, int fd, int connection) {
  (void)connection;
  while (raw_read(s, fd))
    raw_say(fd, strstr(s->last, "/odd")
                    ? "HTTP/1.1 200 OK\r\nDate: soon\r\nContent-Length: 0\r\n\r\n"
                    : "HTTP/1.1 103 Early\r\nDate: soon\r\n\r\n"
                      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
                      "Date: Sun, 09 Sep 2001 01:46:40 GMT\r\n\r\n");
}

static void test_the_servers_clock_is_told(void **state) {
  (void)state;
  raw_server *s = raw_start(serve_clock);
  http_response r = ask((http_request){.url = s->url});
  assert_int_equal(r.date, 1000000000);
  http_response_clear(&r);
  char odd[80];
  (void)snprintf(odd, sizeof odd, "%sodd", s->url);
  r = ask((http_request){.url = odd});
  assert_int_equal(r.date, -1);
  http_response_clear(&r);
  raw_stop(s);
}

/* The length is that of the answer to a GET: nothing follows. */
static void serve_head(raw_server *s, int fd, int connection) {
  (void)connection;
  while (raw_read(s, fd))
    raw_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\nX-Storage-Url: https://h/v1/A\r\n"
                "X-Auth-Token: AUTH_tk5\r\n\r\n");
}

static void test_head_and_what_swift_tells(void **state) {
  (void)state;
  raw_server *s = raw_start(serve_head);
  http_client *client = open_client();
  for (int i = 0; i < 2; i++) {
    http_response r;
    http_send(client, &(http_request){.method = "HEAD", .url = s->url}, &r, 1);
    assert_int_equal(r.outcome, HTTP_DONE);
    assert_int_equal(r.status, 200);
    assert_int_equal(r.body_len, 0);
    assert_string_equal(r.storage_url, "https://h/v1/A");
    assert_string_equal(r.auth_token, "AUTH_tk5");
    assert_memory_equal(s->last, "HEAD / HTTP/1.1\r\n", 17);
    http_response_clear(&r);
  }
  http_close(client);
  assert_int_equal(s->connections, 1);
  raw_stop(s);
}

/* --- flights --- */

enum { TOGETHER = 8 };

static void serve_together(raw_server *s, int fd, int connection) {
  (void)connection;
  while (raw_read(s, fd)) {
    raw_await(s, TOGETHER, 0);
    raw_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  }
}

static void test_requests_fly_together(void **state) {
  (void)state;
  enum { N = 50 };
  raw_server *s = raw_start(serve_together);
  http_client *client = open_client();
  http_request requests[N];
  http_response responses[N];
  for (int i = 0; i < N; i++) requests[i] = (http_request){.method = "GET", .url = s->url};
  requests[3].url = "nonsense";
  requests[4].url = "http://127.0.0.1:1/";
  http_send(client, requests, responses, N);
  for (int i = 0; i < N; i++) {
    http_outcome wanted = i == 3 ? HTTP_REFUSED : i == 4 ? HTTP_UNSENT : HTTP_DONE;
    assert_int_equal(responses[i].outcome, wanted);
    http_response_clear(&responses[i]);
  }
  http_send(client, NULL, NULL, 0);
  http_close(client);
  assert_int_equal(s->requests, N - 2);
  assert_int_equal(s->connections, TOGETHER);
  raw_stop(s);
}

/* --- stopping: each in a child, because a signal and a deadline are for ever --- */

static bool serve_first(raw_server *s, int fd) {
  return raw_read(s, fd) && raw_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}

static void serve_signal(raw_server *s, int fd, int connection) {
  (void)connection;
  if (serve_first(s, fd) && raw_read(s, fd)) kill(getpid(), SIGTERM);
  raw_drain(fd);
}

static void serve_silence(raw_server *s, int fd, int connection) {
  (void)connection;
  (void)serve_first(s, fd);
  raw_drain(fd);
}

static bool is_stopped(const http_response *r, http_outcome outcome, const char *why) {
  return r->outcome == outcome && r->interrupted && !r->timed_out && r->seconds < 5 &&
         strstr(r->error, why);
}

static void block_sigterm(void) {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop, NULL);
}

/* Over a kept connection (a new one keeps libcurl's timers busy) one request is stopped on its way
 * and one before it starts. A server's thread takes the signal, so no EINTR wakes the client. 0: as
 * expected. */
static int stop_flight(raw_script *script, double deadline, const char *why) {
  raw_server *s = raw_start(script);
  http_client *client = open_client();
  http_request q = {.method = "POST", .url = s->url, .body = "b", .body_len = 1, .once = true};
  http_response first, under_way, after;
  q.timeout = 10;
  block_sigterm();
  if (!limits_catch_signals()) return 1;
  http_send(client, &q, &first, 1);
  if (deadline > 0) limits_start(deadline, 60);
  http_send(client, &q, &under_way, 1);
  http_send(client, &q, &after, 1);
  http_close(client);
  raw_stop(s);
  bool answered = first.outcome == HTTP_DONE;
  http_response_clear(&first);
  if (!answered) return 2;
  if (!is_stopped(&under_way, HTTP_UNKNOWN, why)) return 3;
  return is_stopped(&after, HTTP_UNSENT, why) ? 0 : 4;
}

static void check_stop(raw_script *script, double deadline, const char *why) {
  pid_t child = fork();
  if (child == 0) _exit(stop_flight(script, deadline, why));
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
}

static void test_signal_ends_a_flight(void **state) {
  (void)state;
  check_stop(serve_signal, 0, "signal");
}

static void test_deadline_ends_a_flight(void **state) {
  (void)state;
  check_stop(serve_silence, 0.3, "deadline");
}

int main(void) {
  (void)signal(SIGPIPE, SIG_IGN); /* as limits_catch_signals does */
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_answer_and_keep_alive),
      cmocka_unit_test(test_methods_and_bodies),
      cmocka_unit_test(test_header_lines),
      cmocka_unit_test(test_missing_ca_file),
      cmocka_unit_test(test_redirect_is_not_followed),
      cmocka_unit_test(test_retry_after_dates),
      cmocka_unit_test(test_the_servers_clock_is_told),
      cmocka_unit_test(test_head_and_what_swift_tells),
      cmocka_unit_test(test_retry_after_is_finite),
      cmocka_unit_test(test_requests_fly_together),
      cmocka_unit_test(test_signal_ends_a_flight),
      cmocka_unit_test(test_deadline_ends_a_flight),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
