/* One request on its way: a libcurl easy handle, set up so that its end tells for certain whether
 * the server can have seen anything of it, and so that a `once` request is never sent again. */
#ifndef SLCPI_HTTP_TRANSFER_H
#define SLCPI_HTTP_TRANSFER_H

#include "http_answer.h"
#include "http_url.h"

/* What all transfers of a client share. */
typedef struct {
  const curl_api *curl;
  CURLSH *sessions; /* TLS sessions, so that a closed connection is resumed */
  char *user_agent; /* NULL: none */
  char *proxy;      /* NULL: the environment's */
  const char *ca_file, *ca_path;
  long connect_ms;
} http_settings;

typedef struct {
  const curl_api *curl;
  const http_request *request;
  http_response *response;
  CURL *easy; /* NULL: not under way */
  struct curl_slist *headers;
  http_url url;
  http_answer answer;
  size_t body_offset; /* how much of the body libcurl has fetched */
  bool began;         /* a connection was ready: from here on bytes may have left */
  double started;
  CURLcode setup;
  char error[CURL_ERROR_SIZE];
} http_transfer;

/* Prepares `t->easy` for `request`. On false the response already tells why it was not sent. */
bool http_transfer_open(http_transfer *t, const http_settings *settings,
                        const http_request *request, http_response *response);

/* Fills the response of a transfer that libcurl has ended with `code`. */
void http_transfer_finish(http_transfer *t, CURLcode code);

/* Fills the response of a transfer that we end before libcurl does. */
void http_transfer_abandon(http_transfer *t, const char *why, bool interrupted);

/* Frees everything but the response; idempotent. The easy handle must be out of its multi. */
void http_transfer_close(http_transfer *t);

#endif
