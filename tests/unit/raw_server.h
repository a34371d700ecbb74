/* A server made of one socket and a script: what it does with a connection is a C function, so that
 * a test can close, tear or trickle wherever it likes. It counts what it has read in full. */
#ifndef SLCPI_RAW_SERVER_H
#define SLCPI_RAW_SERVER_H

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RAW_CONNECTIONS = 128, RAW_REQUEST = 64 * 1024 };

typedef struct raw_server raw_server;
typedef void raw_script(raw_server *server, int fd, int connection);

struct raw_server {
  raw_script *script;
  int listener, port;
  atomic_int connections, requests, closed;
  pthread_t acceptor, workers[RAW_CONNECTIONS];
  pthread_mutex_t lock;
  pthread_cond_t news;
  char last[RAW_REQUEST]; /* the last request that was read in full */
  char url[64];
};

typedef struct {
  raw_server *server;
  int fd, number;
} raw_connection;

/* False once the client has gone. */
static inline bool raw_send(int fd, const void *bytes, size_t len) {
  return send(fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static inline bool raw_say(int fd, const char *text) {
  return raw_send(fd, text, strlen(text));
}

static inline size_t raw_body_len(const char *head) {
  const char *field = strcasestr(head, "\r\nContent-Length:");
  return field ? strtoul(field + 17, NULL, 10) : 0;
}

/* Reads one request; false at the end of the connection. */
static inline bool raw_read(raw_server *s, int fd) {
  static _Thread_local char text[RAW_REQUEST];
  size_t len = 0;
  for (;;) {
    ssize_t n = recv(fd, text + len, sizeof text - 1 - len, 0);
    if (n <= 0) return false;
    len += (size_t)n;
    text[len] = '\0';
    char *end = strstr(text, "\r\n\r\n");
    if (end && len >= (size_t)(end - text) + 4 + raw_body_len(text)) break;
  }
  pthread_mutex_lock(&s->lock);
  memcpy(s->last, text, len + 1);
  s->requests++;
  pthread_cond_broadcast(&s->news);
  pthread_mutex_unlock(&s->lock);
  return true;
}

/* Waits until so many requests were read and so many connections closed. */
static inline void raw_await(raw_server *s, int requests, int closed) {
  pthread_mutex_lock(&s->lock);
  while (s->requests < requests || s->closed < closed) pthread_cond_wait(&s->news, &s->lock);
  pthread_mutex_unlock(&s->lock);
}

/* Waits until the client closes. */
static inline void raw_drain(int fd) {
  char rest[1024];
  while (recv(fd, rest, sizeof rest, 0) > 0) continue;
}

static inline void *raw_work(void *data) {
  raw_connection c = *(raw_connection *)data;
  free(data);
  c.server->script(c.server, c.fd, c.number);
  (void)close(c.fd);
  pthread_mutex_lock(&c.server->lock);
  c.server->closed++;
  pthread_cond_broadcast(&c.server->news);
  pthread_mutex_unlock(&c.server->lock);
  return NULL;
}

static inline void *raw_accept(void *data) {
  raw_server *s = data;
  for (int fd; s->connections < RAW_CONNECTIONS && (fd = accept(s->listener, NULL, NULL)) >= 0;) {
    raw_connection *c = malloc(sizeof *c);
    *c = (raw_connection){s, fd, s->connections + 1};
    s->connections++;
    pthread_create(&s->workers[c->number - 1], NULL, raw_work, c);
  }
  return NULL;
}

static inline raw_server *raw_start(raw_script *script) {
  raw_server *s = calloc(1, sizeof *s);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t len = sizeof at;
  s->script = script;
  s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(s->listener, (struct sockaddr *)&at, len) || listen(s->listener, 64)) abort();
  if (getsockname(s->listener, (struct sockaddr *)&at, &len)) abort();
  s->port = ntohs(at.sin_port);
  (void)snprintf(s->url, sizeof s->url, "http://127.0.0.1:%d/", s->port);
  pthread_mutex_init(&s->lock, NULL);
  pthread_cond_init(&s->news, NULL);
  pthread_create(&s->acceptor, NULL, raw_accept, s);
  return s;
}

/* The client must have closed its connections. */
static inline void raw_stop(raw_server *s) {
  (void)shutdown(s->listener, SHUT_RDWR);
  pthread_join(s->acceptor, NULL);
  for (int i = 0; i < s->connections; i++) pthread_join(s->workers[i], NULL);
  (void)close(s->listener);
  pthread_mutex_destroy(&s->lock);
  pthread_cond_destroy(&s->news);
  free(s);
}

#endif
