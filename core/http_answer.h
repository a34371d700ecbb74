/* What comes back over one transfer: the few header fields we read and the decoded body, both
 * bounded. libcurl's own size limits miss bodies of unknown length and bodies that grow when they
 * are decompressed, so the bytes are counted where they arrive. */
#ifndef SLCPI_HTTP_ANSWER_H
#define SLCPI_HTTP_ANSWER_H

#include "curl.h"
#include "http.h"

enum { HTTP_MAX_HEADER = 64 * 1024 };

typedef enum { ANSWER_OK, ANSWER_TOO_LARGE, ANSWER_HEADER_FLOOD, ANSWER_NO_MEMORY } answer_fault;

typedef struct {
  const curl_api *curl;
  http_response *response; /* filled as the bytes arrive */
  size_t max_bytes, capacity, header_bytes;
  bool header_complete;
  answer_fault fault;
} http_answer;

void http_answer_start(http_answer *answer, const curl_api *curl, http_response *response,
                       size_t max_bytes);

/* libcurl's header and write callbacks; `answer` is an http_answer. */
size_t http_answer_header(char *bytes, size_t size, size_t count, void *answer);
size_t http_answer_body(char *bytes, size_t size, size_t count, void *answer);

/* Gives even an empty answer a body; false when there is no memory for it. */
bool http_answer_complete(http_answer *answer);

/* Says what is wrong with the answer; false when nothing is. */
bool http_answer_fault(const http_answer *answer, char *sentence, size_t size);

#endif
