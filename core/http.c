/* The client: shared settings, kept-alive connections and the loop that keeps all requests of a
 * call in flight until they end, a signal arrives or the deadline has passed. */
#include "http.h"
#include "cas.h"
#include "http_transfer.h"
#include "limits.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CONNECTIONS_PER_HOST = 8, CONNECTIONS_KEPT = 16 };

struct http_client {
  http_settings settings;
  CURLM *multi;
  char *ca_file;
};

/* --- opening and closing --- */

static bool copy(char **to, const char *text) {
  *to = text ? strdup(text) : NULL;
  return !text || *to;
}

static bool configure(http_client *client, const http_options *options, char *error) {
  http_settings *s = &client->settings;
  double connect = options->connect_timeout > 0 ? fmin(options->connect_timeout, 86400) : 30;
  s->connect_ms = (long)ceil(connect * 1000);
  if (!copy(&s->user_agent, options->user_agent) || !copy(&s->proxy, options->proxy) ||
      !copy(&client->ca_file, options->ca_file)) {
    (void)snprintf(error, HTTP_ERROR_SIZE, "out of memory");
    return false;
  }
  cas found = {client->ca_file, NULL};
  if (!found.file)
    found = cas_find(getenv("SSL_CERT_FILE"), s->curl->version_info(CURLVERSION_NOW));
  s->ca_file = found.file;
  s->ca_path = found.path;
  if (s->ca_file && access(s->ca_file, R_OK) != 0) {
    (void)snprintf(error, HTTP_ERROR_SIZE, "CA file %s: %s", s->ca_file, strerror(errno));
    return false;
  }
  return true;
}

static bool start(http_client *client, char *error) {
  const curl_api *curl = client->settings.curl;
  client->multi = curl->multi_init();
  client->settings.sessions = curl->share_init();
  bool ok =
      client->multi && client->settings.sessions &&
      curl->multi_setopt(client->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
                         (long)CONNECTIONS_PER_HOST) == CURLM_OK &&
      curl->multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT) == CURLM_OK &&
      curl->share_setopt(client->settings.sessions, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) ==
          CURLSHE_OK;
  if (!ok) (void)snprintf(error, HTTP_ERROR_SIZE, "libcurl does not start");
  return ok;
}

http_client *http_open(const http_options *options, char error[HTTP_ERROR_SIZE]) {
  const curl_api *curl = curl_load(error, HTTP_ERROR_SIZE);
  if (!curl) return NULL;
  http_client *client = calloc(1, sizeof *client);
  if (!client) {
    (void)snprintf(error, HTTP_ERROR_SIZE, "out of memory");
    return NULL;
  }
  client->settings.curl = curl;
  if (configure(client, options, error) && start(client, error)) return client;
  http_close(client);
  return NULL;
}

void http_close(http_client *client) {
  if (!client) return;
  const curl_api *curl = client->settings.curl;
  if (client->multi) (void)curl->multi_cleanup(client->multi);
  if (client->settings.sessions) (void)curl->share_cleanup(client->settings.sessions);
  free(client->settings.user_agent);
  if (client->settings.proxy)
    explicit_bzero(client->settings.proxy, strlen(client->settings.proxy));
  free(client->settings.proxy);
  free(client->ca_file);
  free(client);
}

void http_response_clear(http_response *response) {
  free(response->body);
  *response = (http_response){.retry_after = -1, .total_items = -1, .date = -1};
}

/* --- a flight --- */

static void land(http_client *client, http_transfer *t) {
  (void)client->settings.curl->multi_remove_handle(client->multi, t->easy);
  http_transfer_close(t);
}

static void take_off(http_client *client, http_transfer *t) {
  CURLMcode code = client->settings.curl->multi_add_handle(client->multi, t->easy);
  if (code == CURLM_OK) return;
  http_transfer_abandon(t, client->settings.curl->multi_strerror(code), false);
  http_transfer_close(t);
}

static void collect(http_client *client) {
  const curl_api *curl = client->settings.curl;
  int waiting;
  for (CURLMsg *m; (m = curl->multi_info_read(client->multi, &waiting));) {
    http_transfer *t = NULL;
    CURLcode code = m->data.result; /* the message dies with its handle */
    (void)curl->easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&t);
    http_transfer_finish(t, code);
    land(client, t);
  }
}

/* Sleeps until the network, a signal or the deadline wakes us. */
static CURLMcode await(http_client *client, bool *woken) {
  struct curl_waitfd wake = {.fd = limits_wake_fd(), .events = CURL_WAIT_POLLIN};
  unsigned extra = wake.fd >= 0 ? 1 : 0;
  int ms = (int)ceil(fmin(limits_remaining(), 60) * 1000);
  CURLMcode code = client->settings.curl->multi_poll(client->multi, &wake, extra, ms, NULL);
  *woken = wake.revents != 0;
  return code;
}

/* Returns NULL when all transfers have ended, or why the rest must be abandoned. */
static const char *fly(http_client *client, bool *interrupted) {
  const curl_api *curl = client->settings.curl;
  CURLMcode code = CURLM_OK;
  *interrupted = true;
  for (bool woken = false;;) {
    if (woken || limits_interrupted()) return "interrupted by a signal";
    if (limits_remaining() <= 0) return "the deadline of the request has passed";
    int running = 0;
    code = curl->multi_perform(client->multi, &running);
    collect(client);
    if (code == CURLM_OK && running == 0) return NULL;
    if (code == CURLM_OK) code = await(client, &woken);
    if (code != CURLM_OK) break;
  }
  *interrupted = false;
  return curl->multi_strerror(code);
}

static void refuse_all(http_response *responses, size_t n) {
  for (size_t i = 0; i < n; i++) {
    responses[i] =
        (http_response){.outcome = HTTP_UNSENT, .retry_after = -1, .total_items = -1, .date = -1};
    (void)snprintf(responses[i].error, HTTP_ERROR_SIZE, "out of memory");
  }
}

void http_send(http_client *client, const http_request *requests, http_response *responses,
               size_t n) {
  if (n == 0) return;
  http_transfer *flight = calloc(n, sizeof *flight);
  if (!flight) {
    refuse_all(responses, n);
    return;
  }
  for (size_t i = 0; i < n; i++) {
    http_transfer *t = &flight[i];
    if (http_transfer_open(t, &client->settings, &requests[i], &responses[i]))
      take_off(client, t);
    else
      http_transfer_close(t);
  }
  bool interrupted;
  const char *why = fly(client, &interrupted);
  for (size_t i = 0; i < n; i++) {
    if (!flight[i].easy) continue;
    http_transfer_abandon(&flight[i], why ? why : "libcurl lost the transfer", interrupted);
    land(client, &flight[i]);
  }
  free(flight);
}
