/* Which URLs may be asked: https anywhere, plain http only to this machine or to the endpoint that
 * the configuration names. The parsed form is what libcurl sends to, so that the address that was
 * judged is the address that is used. */
#ifndef SLCPI_HTTP_URL_H
#define SLCPI_HTTP_URL_H

#include "curl.h"

#include <stdbool.h>

typedef struct {
  CURLU *parsed;
  bool loopback;
  char place[300]; /* "host:port", for messages; "" until known */
} http_url;

/* Parses and judges `text`. On false `error` says why, without user, password, path or query. */
bool http_url_open(http_url *url, const curl_api *curl, const char *text, bool plain_http,
                   char *error, size_t size);

/* Idempotent. */
void http_url_close(http_url *url, const curl_api *curl);

#endif
