/* exchange: one request and what becomes of it, from its first line to its (missing) last byte.
 *
 * An exchange is born in exchange_begin(), lives in the server's list, and dies in exchange_end().
 * Nothing here calls into Lua except through the `early` function, which must not raise.
 */
#include "httpd.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

uint64_t httpd_now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000u + (uint64_t)t.tv_nsec / 1000000u;
}

static int socket_of(struct MHD_Connection *c) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info ? info->connect_fd : -1;
}

httpd_connection *httpd_connection_of(exchange *x) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info ? info->socket_context : NULL;
}

/* --- exchanges --------------------------------------------------------------------------- */

void *exchange_begin(void *cls, const char *uri, struct MHD_Connection *c) {
  httpd *h = cls;
  exchange *x = calloc(1, sizeof *x), **end = &h->exchanges;
  if (!x) return NULL;
  *x = (exchange){.server = h, .connection = c, .id = ++h->last_id, .uri = strdup(uri)};
  while (*end) end = &(*end)->next;
  return *end = x;
}

static void unlink_exchange(exchange *x) {
  exchange **p = &x->server->exchanges;
  while (*p && *p != x) p = &(*p)->next;
  if (*p) *p = x->next;
}

void exchange_end(void *cls, struct MHD_Connection *c, void **con_cls,
                  enum MHD_RequestTerminationCode why) {
  exchange *x = *con_cls;
  (void)cls;
  if (!x) return;
  if (x->phase == X_ANSWERED && x->reply.ending == END_HANGUP &&
      why == MHD_REQUEST_TERMINATED_COMPLETED_OK)
    shutdown(socket_of(c), SHUT_RDWR);
  unlink_exchange(x);
  if (x->response) MHD_destroy_response(x->response);
  free(x->uri);
  free(x->method);
  free(x->body);
  free(x->reply.body);
  free(x);
  *con_cls = NULL;
}

static void park(exchange *x) {
  x->suspended = true;
  MHD_suspend_connection(x->connection);
}

void exchange_resume(exchange *x) {
  if (!x->suspended) return;
  x->suspended = false;
  x->server->resumed = true;
  MHD_resume_connection(x->connection);
}

static bool keep_body(exchange *x, const char *data, size_t n) {
  if (n > HTTPD_MAX_BODY - x->len) return x->too_big = true;
  if (x->len + n > x->size) {
    size_t size = (x->len + n) * 2;
    char *grown = realloc(x->body, size);
    if (!grown) return false;
    x->body = grown;
    x->size = size;
  }
  memcpy(x->body + x->len, data, n);
  x->len += n;
  return true;
}

/* A close would send FIN first; disconnecting a TCP socket sends the RST that a client fears. */
static void reset(struct MHD_Connection *c) {
  struct sockaddr none = {.sa_family = AF_UNSPEC};
  (void)!connect(socket_of(c), &none, sizeof none);
}

static enum MHD_Result give_up(exchange *x, httpd_ending how) {
  if (how == END_RESET) reset(x->connection);
  return MHD_NO;
}

static enum MHD_Result respond(exchange *x) {
  if (x->reply.ending >= END_DROP || !x->response) return give_up(x, x->reply.ending);
  enum MHD_Result queued = MHD_queue_response(x->connection, x->reply.status, x->response);
  MHD_destroy_response(x->response);
  x->response = NULL;
  return queued;
}

static enum MHD_Result begin(exchange *x, const char *method) {
  httpd *h = x->server;
  httpd_connection *mine = httpd_connection_of(x);
  if (mine) mine->requests++;
  x->method = strdup(method);
  if (!x->method || !x->uri) return MHD_NO;
  x->phase = X_READING;
  httpd_ending how = h->early ? h->early(h->early_context, method, x->uri) : END_KEEP;
  return how == END_KEEP ? MHD_YES : give_up(x, how);
}

enum MHD_Result exchange_step(void *cls, struct MHD_Connection *c, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *size, void **con_cls) {
  exchange *x = *con_cls;
  (void)cls, (void)c, (void)url, (void)version;
  if (!x) return MHD_NO;
  if (x->phase == X_NEW) return begin(x, method);
  if (x->phase == X_ANSWERED) return respond(x);
  if (*size) {
    bool kept = x->too_big || keep_body(x, data, *size);
    *size = 0;
    return kept ? MHD_YES : MHD_NO;
  }
  x->phase = X_READY;
  park(x);
  return MHD_YES;
}

exchange *httpd_next(httpd *h) {
  for (exchange *x = h->exchanges; x; x = x->next)
    if (x->phase == X_READY) return x;
  return NULL;
}

exchange *httpd_find(httpd *h, unsigned long id) {
  for (exchange *x = h->exchanges; x; x = x->next)
    if (x->id == id) return x;
  return NULL;
}

/* --- answers ----------------------------------------------------------------------------- */

static ssize_t wait_for_more(exchange *x) {
  bool over = x->sent >= x->reply.cut;
  x->resume_at = over ? 0 : httpd_now_ms() + x->reply.pause_ms;
  x->allowed += x->reply.piece;
  park(x);
  return 0;
}

static ssize_t read_body(void *cls, uint64_t pos, char *buffer, size_t max) {
  exchange *x = cls;
  size_t end = x->reply.cut < x->reply.len ? x->reply.cut : x->reply.len;
  if (x->reply.piece && x->allowed < end) end = x->allowed;
  x->sent = (size_t)pos;
  if (pos >= x->reply.len) return MHD_CONTENT_READER_END_OF_STREAM;
  if (pos < end) {
    size_t n = end - (size_t)pos < max ? end - (size_t)pos : max;
    memcpy(buffer, x->reply.body + pos, n);
    return (ssize_t)n;
  }
  if (pos >= x->reply.cut && !x->reply.stall) return MHD_CONTENT_READER_END_WITH_ERROR;
  return wait_for_more(x);
}

/* The reply's body belongs to the exchange from here on. */
struct MHD_Response *httpd_response(exchange *x, httpd_reply *reply) {
  x->reply = *reply;
  x->allowed = reply->piece;
  if (reply->cut >= reply->len && !reply->piece && !reply->chunked)
    return MHD_create_response_from_buffer(reply->len, reply->body, MHD_RESPMEM_PERSISTENT);
  uint64_t size = reply->chunked ? MHD_SIZE_UNKNOWN : reply->len;
  return MHD_create_response_from_callback(size, 16384, read_body, x, NULL);
}

void httpd_answer(exchange *x, struct MHD_Response *response) {
  x->response = response;
  x->phase = X_ANSWERED;
  exchange_resume(x);
}
