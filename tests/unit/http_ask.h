/* One request over a client of its own, for tests that look at its response. */
#ifndef SLCPI_HTTP_ASK_H
#define SLCPI_HTTP_ASK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "core/http.h"
#include "raw_server.h"

static inline http_client *open_client(void) {
  char error[HTTP_ERROR_SIZE];
  http_client *client = http_open(&(http_options){.user_agent = "slcpi-test"}, error);
  if (!client) fail_msg("%s", error);
  return client;
}

static inline http_response ask(http_request request) {
  http_response response;
  http_client *client = open_client();
  if (!request.method) request.method = "GET";
  http_send(client, &request, &response, 1);
  http_close(client);
  return response;
}

#endif
