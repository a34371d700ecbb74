/* httpd: an HTTP/1.1 server over libmicrohttpd whose exchanges are answered later, and badly if
 * asked to.
 *
 * One thread. httpd_wait() polls and moves bytes; a request that has been read completely is parked
 * (its connection suspended) until httpd_answer() says what becomes of it. Delays are therefore the
 * caller's: whoever answers late delays that exchange and no other. Connections are accepted here
 * rather than by libmicrohttpd, so that the port can refuse for a while and be opened again.
 * Pure C; the Lua face is lhttpd.c.
 */
#ifndef SLSIM_HTTPD_H
#define SLSIM_HTTPD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <microhttpd.h>

#define HTTPD_MAX_BODY (128u << 20)
#define HTTPD_WHOLE SIZE_MAX

/* What happens to the connection; the first answers, the others are ways of not answering. */
typedef enum { END_KEEP, END_HANGUP, END_DROP, END_RESET } httpd_ending;

typedef struct {
  unsigned status;
  httpd_ending ending;
  bool chunked; /* without a Content-Length */
  bool stall;   /* after `cut` bytes nothing comes, and the connection stays open */
  size_t cut;   /* bytes of the body that are sent before the connection closes */
  size_t piece; /* bytes per `pause_ms`; 0: as fast as it goes */
  unsigned pause_ms;
  char *body; /* owned by the exchange once answered */
  size_t len;
} httpd_reply;

typedef struct {
  unsigned number, requests;
} httpd_connection;

typedef struct httpd httpd;
typedef struct exchange exchange;
struct exchange {
  exchange *next;
  httpd *server;
  struct MHD_Connection *connection;
  unsigned long id;
  char *uri, *method;
  char *body;
  size_t len, size;
  enum { X_NEW, X_READING, X_READY, X_TAKEN, X_ANSWERED } phase;
  bool too_big, suspended;
  httpd_reply reply;
  struct MHD_Response *response;
  size_t sent, allowed;
  uint64_t resume_at;
};

/* Asked when the headers of a request are there: END_KEEP reads on. */
typedef httpd_ending httpd_early(void *context, const char *method, const char *uri);

struct httpd {
  struct MHD_Daemon *daemon;
  exchange *exchanges;
  unsigned long last_id;
  unsigned last_connection;
  bool resumed; /* libmicrohttpd has work that no descriptor tells of */
  int listener, port;
  char host[64];
  char *cert, *key;
  httpd_early *early;
  void *early_context;
};

bool httpd_open(httpd *h);            /* host, port, cert and key are set; fills port */
bool httpd_listen(httpd *h, bool on); /* off: connections are refused */
void httpd_wait(httpd *h, int timeout_ms, const int *fds, bool *ready, unsigned count);
exchange *httpd_next(httpd *h); /* the oldest request that nobody has taken yet */
exchange *httpd_find(httpd *h, unsigned long id);
httpd_connection *httpd_connection_of(exchange *x);
void httpd_answer(exchange *x, struct MHD_Response *response);
struct MHD_Response *httpd_response(exchange *x, httpd_reply *reply);
void httpd_close(httpd *h);
uint64_t httpd_now_ms(void);

/* The callbacks of exchange.c that httpd.c gives to libmicrohttpd. */
void *exchange_begin(void *cls, const char *uri, struct MHD_Connection *c);
enum MHD_Result exchange_step(void *cls, struct MHD_Connection *c, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *size, void **con_cls);
void exchange_end(void *cls, struct MHD_Connection *c, void **con_cls,
                  enum MHD_RequestTerminationCode why);
void exchange_resume(exchange *x);

#endif
