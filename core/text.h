/* Text encodings that headers, user data and the masking of secrets need. */
#ifndef SLCPI_TEXT_H
#define SLCPI_TEXT_H

#include <stddef.h>

typedef enum { TEXT_BASE64, TEXT_BASE64URL } text_base64_alphabet; /* the second without padding */

/* Room for the encoding of `len` bytes. */
size_t text_base64_size(size_t len);

/* Encodes into `out` (text_base64_size bytes), returns the length; no terminator. */
size_t text_base64(char *out, const char *in, size_t len, text_base64_alphabet alphabet);

/* Decodes either alphabet, padded or not; `out` needs `len` bytes. (size_t)-1: not base64. */
size_t text_unbase64(char *out, const char *in, size_t len);

/* Percent-encodes everything but A-Z a-z 0-9 - . _ ~ into `out` (3 * len bytes), returns the
 * length. */
size_t text_percent(char *out, const char *in, size_t len);

enum { TEXT_NONCE = 13 };

/* The start of SHA-256 of a text and, behind it, another, as TEXT_NONCE characters a-z2-7. */
void text_nonce(char *out, const char *in, size_t len, const char *more, size_t more_len);

#endif
