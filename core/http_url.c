/* Judges URLs through libcurl's own parser, after it has normalised them (http://127.1, %6c…). */
#include "http_url.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* `host` as libcurl spells it: an IPv6 address stands in brackets. */
static bool is_loopback(const char *host) {
  struct in_addr v4;
  struct in6_addr v6;
  char inner[64];
  if (inet_pton(AF_INET, host, &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  if (sscanf(host, "[%63[^]]", inner) == 1 && inet_pton(AF_INET6, inner, &v6) == 1)
    return IN6_IS_ADDR_LOOPBACK(&v6);
  return strcasecmp(host, "localhost") == 0;
}

static bool refuse(char *error, size_t size, const char *why, const char *what) {
  (void)snprintf(error, size, "refused: %s%s", why, what);
  return false;
}

static bool judge(http_url *url, const char *scheme, const char *host, bool plain_http, char *error,
                  size_t size) {
  url->loopback = is_loopback(host);
  if (strcmp(scheme, "https") == 0) return true;
  if (strcmp(scheme, "http") != 0) return refuse(error, size, "the URL is not https", "");
  if (url->loopback || plain_http) return true;
  return refuse(error, size, "plain http would show the credentials to the network on the way to ",
                url->place);
}

static bool dissect(http_url *url, const curl_api *curl, bool plain_http, char *error,
                    size_t size) {
  char *scheme = NULL, *host = NULL, *port = NULL;
  CURLUcode code = curl->url_get(url->parsed, CURLUPART_SCHEME, &scheme, 0);
  if (!code) code = curl->url_get(url->parsed, CURLUPART_HOST, &host, 0);
  if (!code) code = curl->url_get(url->parsed, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT);
  bool ok = false;
  if (code) {
    (void)refuse(error, size, "the URL is not valid: ", curl->url_strerror(code));
  } else {
    (void)snprintf(url->place, sizeof url->place, "%s:%s", host, port);
    ok = judge(url, scheme, host, plain_http, error, size);
  }
  curl->free(scheme);
  curl->free(host);
  curl->free(port);
  return ok;
}

bool http_url_open(http_url *url, const curl_api *curl, const char *text, bool plain_http,
                   char *error, size_t size) {
  *url = (http_url){.parsed = curl->url()};
  if (!url->parsed) return refuse(error, size, "out of memory", "");
  CURLUcode code = curl->url_set(url->parsed, CURLUPART_URL, text, CURLU_DISALLOW_USER);
  if (code) return refuse(error, size, "the URL is not valid: ", curl->url_strerror(code));
  return dissect(url, curl, plain_http, error, size);
}

void http_url_close(http_url *url, const curl_api *curl) {
  if (url->parsed) curl->url_cleanup(url->parsed);
  url->parsed = NULL;
}
