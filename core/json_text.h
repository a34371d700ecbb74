/* The bytes under JSON: a bounded buffer, sorted slices, UTF-8, and what the encoder writes. */
#ifndef SLCPI_JSON_TEXT_H
#define SLCPI_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_NOT_UTF8 UINT32_MAX

/* Start with {.cap = N}. What does not fit sets `full` and is dropped, as is everything after it;
 * look at `full` once, at the end. Until then `data` is NUL-terminated, or NULL when untouched. */
typedef struct {
  char *data;
  size_t len, size, cap;
  bool full;
} json_buf;

bool json_buf_add(json_buf *buf, const void *bytes, size_t len);
void json_buf_free(json_buf *buf);

/* Slices of some text, to be sorted in byte order; `where` is for the owner's use. */
typedef struct {
  size_t at, len, where;
} json_key;

typedef struct {
  json_key *list;
  size_t count, size;
} json_keys;

bool json_keys_add(json_keys *keys, json_key key);
void json_keys_sort(json_keys *keys, size_t from, const char *text);
int json_keys_compare(const char *text, const json_key *a, const json_key *b);
void json_keys_free(json_keys *keys);

/* The length of the UTF-8 sequence at `text` (`left` > 0) and its code point, or JSON_NOT_UTF8
 * and how many bytes to replace as one. */
size_t json_utf8(const char *text, size_t left, uint32_t *code);

/* Appends one code point: as it is, or escaped. */
void json_add_utf8(json_buf *buf, uint32_t code);
void json_add_escape(json_buf *buf, uint32_t code);

/* What the short escape \<name> stands for; '\0' when there is no such escape. */
char json_unescape(char name);

/* Appends a quoted ASCII string; false when the bytes are not UTF-8. */
bool json_add_string(json_buf *buf, const char *bytes, size_t len);

/* Appends the shortest form that reads back as the same float and as a float; false when `value`
 * is not finite. */
bool json_add_float(json_buf *buf, double value);

#endif
