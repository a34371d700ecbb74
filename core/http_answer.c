/* Takes in one answer: header lines through a small table, body bytes into a bounded buffer. */
#include "http_answer.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

void http_answer_start(http_answer *answer, const curl_api *curl, http_response *response,
                       size_t max_bytes) {
  if (max_bytes == 0) max_bytes = HTTP_MAX_BYTES;
  if (max_bytes > SIZE_MAX / 4) max_bytes = SIZE_MAX / 4;
  *answer = (http_answer){.curl = curl, .response = response, .max_bytes = max_bytes};
}

/* --- header --- */

/* Only what may stand in a log line: a server must not write our log. */
static void copy_printable(char *to, size_t size, const char *value) {
  size_t i = 0;
  for (; value[i] && i + 1 < size; i++) to[i] = value[i] >= ' ' && value[i] <= '~' ? value[i] : '?';
  to[i] = '\0';
}

#define MAX_RETRY_AFTER 1e9 /* enough digits would mean infinity */

static bool all_digits(const char *value) {
  return *value && value[strspn(value, "0123456789")] == '\0';
}

static void take_content_type(http_answer *a, const char *value) {
  copy_printable(a->response->content_type, sizeof a->response->content_type, value);
}

static void take_location(http_answer *a, const char *value) {
  copy_printable(a->response->location, sizeof a->response->location, value);
}

static void take_storage_url(http_answer *a, const char *value) {
  copy_printable(a->response->storage_url, sizeof a->response->storage_url, value);
}

static void take_auth_token(http_answer *a, const char *value) {
  copy_printable(a->response->auth_token, sizeof a->response->auth_token, value);
}

static void take_retry_after(http_answer *a, const char *value) {
  if (all_digits(value)) {
    a->response->retry_after = fmin(strtod(value, NULL), MAX_RETRY_AFTER);
    return;
  }
  time_t date = a->curl->getdate(value, NULL);
  if (date == -1) return;
  double wait = difftime(date, time(NULL));
  a->response->retry_after = wait > 0 ? wait : 0;
}

static void take_total_items(http_answer *a, const char *value) {
  if (all_digits(value) && strlen(value) <= 18) a->response->total_items = atoll(value);
}

static void take_date(http_answer *a, const char *value) {
  a->response->date = (long long)a->curl->getdate(value, NULL);
}

static const struct {
  const char *name;
  void (*take)(http_answer *answer, const char *value);
} fields[] = {{"content-type", take_content_type},
              {"location", take_location},
              {"retry-after", take_retry_after},
              {"softlayer-total-items", take_total_items},
              {"x-storage-url", take_storage_url},
              {"x-auth-token", take_auth_token},
              {"date", take_date}};

static void take_line(http_answer *a, char *line) {
  char *colon = strchr(line, ':');
  if (!colon) return;
  *colon = '\0';
  char *value = colon + 1 + strspn(colon + 1, " \t");
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    if (strcasecmp(line, fields[i].name) == 0) fields[i].take(a, value);
}

/* An interim answer (100 Continue) is followed by the real one: its fields do not count. */
static void begin_header(http_answer *a) {
  http_response *r = a->response;
  r->content_type[0] = r->location[0] = r->storage_url[0] = r->auth_token[0] = '\0';
  r->retry_after = -1;
  r->total_items = -1;
  r->date = -1;
  a->header_complete = false;
}

size_t http_answer_header(char *bytes, size_t size, size_t count, void *answer) {
  http_answer *a = answer;
  size_t len = size * count, text = len;
  char line[512]; /* a longer value than we keep may be cut */
  a->header_bytes += len;
  if (a->header_bytes > HTTP_MAX_HEADER) {
    a->fault = ANSWER_HEADER_FLOOD;
    return 0;
  }
  if (len > 0 && (bytes[0] == '\r' || bytes[0] == '\n')) a->header_complete = true;
  while (text > 0 && memchr("\r\n \t", bytes[text - 1], 4)) text--;
  if (text >= 5 && memcmp(bytes, "HTTP/", 5) == 0) begin_header(a);
  if (text >= sizeof line) text = sizeof line - 1;
  memcpy(line, bytes, text);
  line[text] = '\0';
  take_line(a, line);
  return len;
}

/* --- body --- */

static bool reserve(http_answer *a, size_t wanted) {
  if (wanted <= a->capacity) return true;
  size_t capacity = a->capacity ? a->capacity : 4096;
  while (capacity < wanted) capacity *= 2;
  if (capacity > a->max_bytes + 1) capacity = a->max_bytes + 1;
  char *body = realloc(a->response->body, capacity);
  if (!body) {
    a->fault = ANSWER_NO_MEMORY;
    return false;
  }
  a->response->body = body;
  a->capacity = capacity;
  return true;
}

size_t http_answer_body(char *bytes, size_t size, size_t count, void *answer) {
  http_answer *a = answer;
  http_response *r = a->response;
  size_t len = size * count;
  if (len > a->max_bytes - r->body_len) {
    a->fault = ANSWER_TOO_LARGE;
    return 0;
  }
  if (!reserve(a, r->body_len + len + 1)) return 0;
  memcpy(r->body + r->body_len, bytes, len);
  r->body_len += len;
  return len;
}

bool http_answer_complete(http_answer *answer) {
  http_response *r = answer->response;
  if (!reserve(answer, r->body_len + 1)) return false;
  r->body[r->body_len] = '\0';
  return true;
}

bool http_answer_fault(const http_answer *answer, char *sentence, size_t size) {
  switch (answer->fault) {
  case ANSWER_OK:
    return false;
  case ANSWER_TOO_LARGE:
    (void)snprintf(sentence, size, "answer larger than %zu bytes", answer->max_bytes);
    return true;
  case ANSWER_HEADER_FLOOD:
    (void)snprintf(sentence, size, "answer's header larger than %d bytes", HTTP_MAX_HEADER);
    return true;
  case ANSWER_NO_MEMORY:
    (void)snprintf(sentence, size, "no memory for the answer");
    return true;
  }
  return false;
}
