/* Sets up one easy handle and judges its end. What is certain about a failed request rests on one
 * callback: libcurl calls on_connected after connection, proxy and TLS, before the first byte. */
#include "http_transfer.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define DEFAULT_TIMEOUT 120.0

static double monotonic(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* --- callbacks --- */

/* libcurl repeats a request by itself when a kept-alive connection turns out to be dead. For a
 * `once` request that is allowed only while the server cannot have had all of it. */
static int on_connected(void *transfer, char *ip, char *local_ip, int port, int local_port) {
  http_transfer *t = transfer;
  (void)ip, (void)local_ip, (void)port, (void)local_port;
  bool repeated = t->began, whole = t->request->body_len == 0 || t->body_offset > 0;
  t->began = true;
  return t->request->once && repeated && whole ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

/* Gives the body of a `once` request exactly once: there is no callback that could rewind it. */
static size_t on_read(char *buffer, size_t size, size_t count, void *transfer) {
  http_transfer *t = transfer;
  size_t left = t->request->body_len - t->body_offset;
  size_t len = size * count < left ? size * count : left;
  memcpy(buffer, t->request->body + t->body_offset, len);
  t->body_offset += len;
  return len;
}

/* --- failures --- */

static void fail(http_transfer *t, http_outcome outcome, const char *sentence) {
  http_response *r = t->response;
  (void)snprintf(r->error, sizeof r->error, "%s%s%s", t->url.place, t->url.place[0] ? ": " : "",
                 sentence);
  for (char *c = r->error; *c; c++) /* a certificate's names must not write our log */
    if (iscntrl((unsigned char)*c)) *c = '?';
  r->outcome = outcome;
  free(r->body);
  r->body = NULL;
  r->body_len = 0;
}

static bool refuse(http_transfer *t, const char *sentence) {
  fail(t, HTTP_REFUSED, sentence);
  return false;
}

/* --- setting up --- */

/* A macro, because each option has its own C type in libcurl's variadic call. */
#define SET(t, option, value)                                                                      \
  ((t)->setup =                                                                                    \
       (t)->setup ? (t)->setup : (t)->curl->easy_setopt((t)->easy, CURLOPT_##option, (value)))

static void set_policy(http_transfer *t) {
  SET(t, NOSIGNAL, 1L);
  SET(t, PROTOCOLS, (long)(CURLPROTO_HTTPS | CURLPROTO_HTTP)); /* http_url judged which */
  SET(t, FOLLOWLOCATION, 0L);
  SET(t, HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1); /* HTTP/2 may refuse and repeat streams */
  SET(t, HTTPAUTH, (long)CURLAUTH_BASIC);
  SET(t, SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  SET(t, SSL_VERIFYPEER, 1L);
  SET(t, SSL_VERIFYHOST, 2L);
  SET(t, ACCEPT_ENCODING, "");
  SET(t, TCP_KEEPALIVE, 1L);
  SET(t, SUPPRESS_CONNECT_HEADERS, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
  /* Not waiting for a resolver thread matters, but older libraries do not know the option. */
  (void)t->curl->easy_setopt(t->easy, CURLOPT_QUICK_EXIT, 1L);
#endif
}

static void set_settings(http_transfer *t, const http_settings *settings) {
  SET(t, SHARE, settings->sessions);
  SET(t, USERAGENT, settings->user_agent);
  SET(t, CONNECTTIMEOUT_MS, settings->connect_ms);
  if (settings->proxy) {
    SET(t, PROXY, settings->proxy);
    SET(t, NOPROXY, ""); /* named in the configuration, it is for everything */
  } else if (t->url.loopback) {
    SET(t, PROXY, ""); /* the variables of the environment do not apply */
  }
  if (settings->ca_file || settings->ca_path) { /* else libcurl's built-in place */
    SET(t, CAINFO, settings->ca_file);
    SET(t, CAPATH, settings->ca_path);
  }
}

static void set_callbacks(http_transfer *t) {
  SET(t, PRIVATE, t);
  SET(t, ERRORBUFFER, t->error);
  SET(t, PREREQFUNCTION, on_connected);
  SET(t, PREREQDATA, t);
  SET(t, HEADERFUNCTION, http_answer_header);
  SET(t, HEADERDATA, &t->answer);
  SET(t, WRITEFUNCTION, http_answer_body);
  SET(t, WRITEDATA, &t->answer);
}

static void set_body(http_transfer *t) {
  const http_request *q = t->request;
  bool post = strcmp(q->method, "POST") == 0, put = strcmp(q->method, "PUT") == 0;
  if (q->body_len > 0 || post || put) {
    SET(t, POST, 1L);
    SET(t, POSTFIELDSIZE_LARGE, (curl_off_t)q->body_len);
  }
  if (q->body_len > 0 && q->once) {
    SET(t, READFUNCTION, on_read);
    SET(t, READDATA, t);
  } else if (q->body_len > 0 || post || put) {
    SET(t, POSTFIELDS, q->body_len > 0 ? q->body : "");
  }
  if (strcmp(q->method, "HEAD") == 0) SET(t, NOBODY, 1L);
  SET(t, CUSTOMREQUEST, q->method);
}

static void set_request(http_transfer *t) {
  const http_request *q = t->request;
  double timeout = q->timeout > 0 ? fmin(q->timeout, 86400) : DEFAULT_TIMEOUT;
  SET(t, TIMEOUT_MS, (long)ceil(timeout * 1000));
  SET(t, CURLU, t->url.parsed);
  SET(t, HTTPHEADER, t->headers);
  SET(t, USERPWD, q->userpwd);
  set_body(t);
}

/* --- header lines --- */

static bool names(const char *line, size_t len, const char *field) {
  return strlen(field) == len && strncasecmp(line, field, len) == 0;
}

/* Nothing that would forge a line, undo one of libcurl's or break the framing that `once` needs. */
static bool is_header_line(const char *line) {
  size_t name = strspn(line, "!#$%&'*+-.^_`|~0123456789"
                             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
  if (name == 0 || line[name] != ':') return false;
  const char *value = line + name + 1;
  if (value[strspn(value, " \t")] == '\0') return false;
  for (const char *c = value; *c; c++)
    if (iscntrl((unsigned char)*c) && *c != '\t') return false;
  return !names(line, name, "content-length") && !names(line, name, "transfer-encoding") &&
         !names(line, name, "expect");
}

static bool append(http_transfer *t, const char *line) {
  struct curl_slist *longer = t->curl->slist_append(t->headers, line);
  if (longer) t->headers = longer;
  return longer != NULL;
}

static bool check_headers(http_transfer *t) {
  for (const char *const *line = t->request->headers; line && *line; line++)
    if (!is_header_line(*line)) return refuse(t, "refused: a header line is not valid");
  return true;
}

static bool build_headers(http_transfer *t) {
  bool ok = append(t, "Expect:") && append(t, "Content-Type:"); /* none of libcurl's own */
  for (const char *const *line = t->request->headers; ok && line && *line; line++)
    ok = append(t, *line);
  return ok;
}

static bool check_method(http_transfer *t) {
  static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "DELETE"};
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
    if (strcmp(t->request->method, methods[i]) == 0) return true;
  return refuse(t, "refused: the method must be GET, HEAD, POST, PUT or DELETE");
}

static bool check_url(http_transfer *t) {
  char why[HTTP_ERROR_SIZE];
  const http_request *q = t->request;
  return http_url_open(&t->url, t->curl, q->url, q->plain_http, why, sizeof why) || refuse(t, why);
}

/* --- the life of a transfer --- */

bool http_transfer_open(http_transfer *t, const http_settings *settings,
                        const http_request *request, http_response *response) {
  *t = (http_transfer){.curl = settings->curl, .request = request, .response = response};
  *response = (http_response){.retry_after = -1, .total_items = -1, .date = -1};
  http_answer_start(&t->answer, t->curl, response, request->max_bytes);
  t->started = monotonic();
  if (!check_url(t) || !check_method(t) || !check_headers(t)) return false;
  t->easy = t->curl->easy_init();
  if (!t->easy || !build_headers(t)) {
    fail(t, HTTP_UNSENT, "out of memory");
    return false;
  }
  set_policy(t);
  set_settings(t, settings);
  set_callbacks(t);
  set_request(t);
  if (t->setup) fail(t, HTTP_UNSENT, t->curl->easy_strerror(t->setup));
  return !t->setup;
}

static void measure(http_transfer *t) {
  http_response *r = t->response;
  long sent = 0, header = 0;
  curl_off_t down = 0;
  (void)t->curl->easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &r->status);
  (void)t->curl->easy_getinfo(t->easy, CURLINFO_REQUEST_SIZE, &sent);
  (void)t->curl->easy_getinfo(t->easy, CURLINFO_HEADER_SIZE, &header);
  (void)t->curl->easy_getinfo(t->easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
  r->bytes_out = (size_t)sent + t->body_offset; /* a body in memory is part of `sent` */
  r->bytes_in = (size_t)header + (size_t)down;
  r->seconds = monotonic() - t->started;
}

static void explain(const http_transfer *t, CURLcode code, char *sentence, size_t size) {
  if (http_answer_fault(&t->answer, sentence, size)) return;
  const char *why = t->error[0] ? t->error : t->curl->easy_strerror(code);
  if (code == CURLE_PEER_FAILED_VERIFICATION) {
    (void)snprintf(sentence, size, "the certificate is not trusted: %s", why);
    return;
  }
  if (code == CURLE_OK) why = "the answer ended within its header";
  if (code == CURLE_SEND_FAIL_REWIND || code == CURLE_ABORTED_BY_CALLBACK)
    why = "the connection died after the request was sent; it is not sent again";
  (void)snprintf(sentence, size, "%s", why);
}

/* A proxy that says no (a wrong password, a host that it does not serve) will say so again. */
static bool proxy_refuses(const http_transfer *t, char *sentence, size_t size) {
  long status = 0;
  (void)t->curl->easy_getinfo(t->easy, CURLINFO_HTTP_CONNECTCODE, &status);
  if (status < 400 || status >= 500) return false;
  (void)snprintf(sentence, size, "the proxy refuses with HTTP %ld%s", status,
                 status == 401 || status == 407 ? ": it needs another user or password" : "");
  return true;
}

void http_transfer_finish(http_transfer *t, CURLcode code) {
  char sentence[HTTP_ERROR_SIZE];
  measure(t);
  if (code != CURLE_OK && !t->began && proxy_refuses(t, sentence, sizeof sentence)) {
    (void)refuse(t, sentence);
    return;
  }
  bool whole = code == CURLE_OK && t->answer.header_complete && t->response->status >= 200;
  if (whole && http_answer_complete(&t->answer)) {
    t->response->outcome = HTTP_DONE;
    return;
  }
  explain(t, code, sentence, sizeof sentence);
  t->response->timed_out = code == CURLE_OPERATION_TIMEDOUT;
  bool refused = t->answer.fault == ANSWER_TOO_LARGE || t->answer.fault == ANSWER_HEADER_FLOOD;
  fail(t, refused ? HTTP_REFUSED : t->began ? HTTP_UNKNOWN : HTTP_UNSENT, sentence);
}

void http_transfer_abandon(http_transfer *t, const char *why, bool interrupted) {
  measure(t);
  t->response->interrupted = interrupted;
  fail(t, t->began ? HTTP_UNKNOWN : HTTP_UNSENT, why);
}

void http_transfer_close(http_transfer *t) {
  if (t->easy) t->curl->easy_cleanup(t->easy);
  for (struct curl_slist *line = t->headers; line; line = line->next)
    explicit_bzero(line->data, strlen(line->data)); /* a bearer token may be among them */
  if (t->headers) t->curl->slist_free_all(t->headers);
  if (t->curl) http_url_close(&t->url, t->curl);
  t->easy = NULL;
  t->headers = NULL;
}
