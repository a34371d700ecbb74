/* Masking of secrets by value: every form in which a secret may turn up in a text is found and
 * replaced, whatever the text is. */
#ifndef SLCPI_REDACT_H
#define SLCPI_REDACT_H

#include <stddef.h>

enum { REDACT_MIN = 6 }; /* shorter values would mask half of every text */

/* Bytes of scratch space that redact_forms needs for a secret of `len` bytes. */
size_t redact_scratch(size_t len);

/* Calls `take` with each form of the secret: raw, JSON-escaped, percent-encoded, and base64 in both
 * alphabets at the three alignments it can have inside a longer encoded text. `take` may not
 * return (a Lua error): nothing is owned here. */
void redact_forms(const char *secret, size_t len, char *scratch,
                  void (*take)(void *context, const char *form, size_t len), void *context);

/* Sets mask[i] for each byte of `text` that lies in an occurrence of `form`. */
void redact_mark(unsigned char *mask, const char *text, size_t len, const char *form,
                 size_t form_len);

#endif
