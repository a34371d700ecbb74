/* httpd: the event loop and the listening socket (see httpd.h); what happens to a request is in
 * exchange.c.
 *
 * The loop polls libmicrohttpd's epoll descriptor together with the listener and the caller's own
 * descriptors, and wakes exchanges whose next bytes are due.
 */
#include "httpd.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_FDS 4

static void connection_changed(void *cls, struct MHD_Connection *c, void **context,
                               enum MHD_ConnectionNotificationCode what) {
  httpd *h = cls;
  (void)c;
  if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
    free(*context);
    *context = NULL;
    return;
  }
  httpd_connection *mine = calloc(1, sizeof *mine);
  if (mine) mine->number = ++h->last_connection;
  *context = mine;
}

bool httpd_listen(httpd *h, bool on) {
  struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons((uint16_t)h->port)};
  socklen_t len = sizeof where;
  int one = 1, fd = h->listener;
  if (on == (fd >= 0)) return true;
  h->listener = -1;
  if (!on) return close(fd) == 0;
  if (inet_pton(AF_INET, h->host, &where.sin_addr) != 1) return false;
  fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) ||
      bind(fd, (struct sockaddr *)&where, sizeof where) || listen(fd, 512) ||
      getsockname(fd, (struct sockaddr *)&where, &len)) {
    close(fd);
    return false;
  }
  h->port = ntohs(where.sin_port);
  h->listener = fd;
  return true;
}

bool httpd_open(httpd *h) {
  unsigned flags = MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME;
  struct MHD_OptionItem tls[] = {{MHD_OPTION_HTTPS_MEM_CERT, 0, h->cert},
                                 {MHD_OPTION_HTTPS_MEM_KEY, 0, h->key},
                                 {MHD_OPTION_END, 0, NULL}};
  if (h->cert) flags |= MHD_USE_TLS;
  h->listener = -1;
  h->daemon = MHD_start_daemon(flags, 0, NULL, NULL, exchange_step, h, MHD_OPTION_URI_LOG_CALLBACK,
                               exchange_begin, h, MHD_OPTION_NOTIFY_COMPLETED, exchange_end, h,
                               MHD_OPTION_NOTIFY_CONNECTION, connection_changed, h,
                               MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)(512 << 10),
                               MHD_OPTION_ARRAY, h->cert ? tls : tls + 2, MHD_OPTION_END);
  return h->daemon && httpd_listen(h, true);
}

static void accept_all(httpd *h) {
  for (;;) {
    struct sockaddr_in peer;
    socklen_t len = sizeof peer;
    int fd = accept4(h->listener, (struct sockaddr *)&peer, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    MHD_add_connection(h->daemon, fd, (struct sockaddr *)&peer, len);
  }
}

static int resume_due(httpd *h, int timeout_ms) {
  uint64_t now = httpd_now_ms();
  for (exchange *x = h->exchanges; x; x = x->next) {
    if (!x->resume_at) continue;
    if (x->resume_at <= now) {
      x->resume_at = 0;
      exchange_resume(x);
      timeout_ms = 0;
    } else if (x->resume_at - now < (uint64_t)timeout_ms) {
      timeout_ms = (int)(x->resume_at - now);
    }
  }
  return timeout_ms;
}

static int epoll_of(httpd *h) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);
  return info ? info->epoll_fd : -1;
}

void httpd_wait(httpd *h, int timeout_ms, const int *fds, bool *ready, unsigned count) {
  struct pollfd polled[MAX_FDS + 2] = {{.fd = epoll_of(h), .events = POLLIN},
                                       {.fd = h->listener, .events = POLLIN}};
  MHD_UNSIGNED_LONG_LONG due = 0;
  if (count > MAX_FDS) count = MAX_FDS;
  for (unsigned i = 0; i < count; i++)
    polled[i + 2] = (struct pollfd){.fd = fds[i], .events = POLLIN};
  timeout_ms = resume_due(h, timeout_ms);
  if (MHD_get_timeout(h->daemon, &due) == MHD_YES && due < (unsigned)timeout_ms)
    timeout_ms = (int)due;
  if (h->resumed) timeout_ms = 0;
  h->resumed = false;
  if (poll(polled, count + 2, timeout_ms) < 0) memset(polled, 0, sizeof polled);
  for (unsigned i = 0; i < count; i++) ready[i] = polled[i + 2].revents != 0;
  if (polled[1].revents) accept_all(h);
  MHD_run(h->daemon);
}

void httpd_close(httpd *h) {
  if (h->listener >= 0) close(h->listener);
  h->listener = -1;
  if (!h->daemon) return;
  /* libmicrohttpd may not be stopped while a connection is suspended. */
  for (exchange *x = h->exchanges; x; x = x->next) {
    if (x->phase < X_ANSWERED) x->phase = X_ANSWERED, x->reply.ending = END_DROP;
    x->reply.stall = false, x->reply.cut = 0;
    exchange_resume(x);
  }
  MHD_run(h->daemon);
  MHD_stop_daemon(h->daemon);
  h->daemon = NULL;
}
