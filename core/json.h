/* JSON without Lua: a strict scan of RFC 8259 text that also writes the text lua-cjson gets to
 * see.
 *
 * lua-cjson knows only floats and cannot tell [] from {}. In the rewritten text an integer N is
 * therefore the string DEL N, an empty array is the string DEL, and a genuine string value that
 * begins with DEL begins with two. Strings are written in one canonical form: keys that are equal
 * once decoded are equal bytes. */
#ifndef SLCPI_JSON_H
#define SLCPI_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "json_text.h"

#define JSON_MAX_DEPTH 128
#define JSON_MAX_BYTES ((size_t)64 * 1024 * 1024)
#define JSON_MARK '\x7f'

typedef struct {
  const char *why;
  size_t at; /* the first byte is 1; one past the text when it ends too early */
} json_error;

/* True when `text` is one JSON value within our limits; `out` then holds the rewritten text. */
bool json_scan(const char *text, size_t len, json_buf *out, json_error *error);

#endif
