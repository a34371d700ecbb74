/* zlib's reading side, bound by dlopen on first use like libcurl: only a stemcell's image needs it.
 */
#ifndef SLCPI_ZLIB_H
#define SLCPI_ZLIB_H

#include <stddef.h>
#include <zlib.h>

#define ZLIB_FUNCTIONS(X)                                                                          \
  X(inflateInit2_)                                                                                 \
  X(inflate)                                                                                       \
  X(inflateReset)                                                                                  \
  X(inflateEnd)

#define ZLIB_MEMBER(name) __typeof__(name) *name;
typedef struct {
  ZLIB_FUNCTIONS(ZLIB_MEMBER)
} zlib_api;
#undef ZLIB_MEMBER

/* The table, or NULL and a sentence in `error` when there is no zlib. */
const zlib_api *zlib_load(char *error, size_t size);

#endif
