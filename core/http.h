/* HTTP: a list of requests in, a list of responses out, all in one flight over libcurl's multi
 * interface. Knows nothing of SoftLayer, JSON or Lua. */
#ifndef SLCPI_HTTP_H
#define SLCPI_HTTP_H

#include <stdbool.h>
#include <stddef.h>

enum { HTTP_ERROR_SIZE = 512 };
#define HTTP_MAX_BYTES ((size_t)32 * 1024 * 1024)

typedef struct http_client http_client; /* connections kept alive, TLS settings */

typedef struct {
  const char *user_agent; /* NULL: none */
  const char *ca_file;    /* PEM bundle that replaces the system's CAs; NULL: the system's */
  const char *proxy; /* URL of the proxy for all requests; NULL: https_proxy, no_proxy, … of the
                        environment, which do not apply to this machine itself */
  double connect_timeout; /* seconds; 0: 30 */
} http_options;

typedef struct {
  const char *method; /* "GET", "HEAD", "POST", "PUT", "DELETE" */
  const char *url;    /* https://…; http://… only to a loopback host or with plain_http */
  const char *const *headers; /* NULL-terminated "Name: value" lines; NULL: none */
  const char *userpwd;        /* "user:password" for Basic authentication; NULL: none */
  const char *body;           /* NULL: no body */
  size_t body_len;
  bool once;        /* must not be put on the wire twice, not even by libcurl */
  bool plain_http;  /* the configuration names this plain http endpoint */
  double timeout;   /* seconds of real time for the whole transfer; 0: 120; clipped to
                       limits_remaining() */
  size_t max_bytes; /* of the decoded body; 0: HTTP_MAX_BYTES */
} http_request;

/* What is known of a request that has no complete response. */
typedef enum {
  HTTP_DONE,    /* a complete response: look at status */
  HTTP_UNSENT,  /* not a byte of the request reached the server: refused, unresolvable, bad TLS */
  HTTP_UNKNOWN, /* the server may have acted on it: reset, torn, timed out after sending */
  HTTP_REFUSED  /* we would not send it, or would not take the answer: bad URL, answer too large */
} http_outcome;

typedef struct {
  http_outcome outcome;
  bool timed_out;   /* the transfer's own time limit */
  bool interrupted; /* a signal, or the request's deadline */
  long status;      /* 0 unless HTTP_DONE (set for HTTP_UNKNOWN too when a status line was read) */
  char *body;       /* owned, NUL-terminated; NULL unless HTTP_DONE */
  size_t body_len;
  char content_type[64]; /* "" when absent */
  char location[256];    /* "" when absent */
  char storage_url[256]; /* X-Storage-Url, X-Auth-Token: Swift's answer to a password */
  char auth_token[448];
  double retry_after;    /* seconds; negative when absent */
  long long total_items; /* SoftLayer-Total-Items; -1 when absent */
  long long date;        /* the server's clock, seconds since 1970; -1 when absent */
  double seconds;        /* real time the transfer took */
  size_t bytes_out, bytes_in;
  char error[HTTP_ERROR_SIZE]; /* one sentence for the operator; "" when HTTP_DONE */
} http_response;

/* Opens a client; loads libcurl on first use. Returns NULL and fills `error` on failure. */
http_client *http_open(const http_options *options, char error[HTTP_ERROR_SIZE]);

/* Sends `n` requests in one flight and fills `responses`. Never fails as a whole: each response
 * tells its own outcome. Ends early when a signal or the deadline asks for it. */
void http_send(http_client *client, const http_request *requests, http_response *responses,
               size_t n);

/* Frees what a response owns and clears it; idempotent. */
void http_response_clear(http_response *response);

/* Closes the client and its connections; NULL is allowed. */
void http_close(http_client *client);

#endif
