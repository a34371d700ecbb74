/* libcurl, bound by dlopen on first use: a command that needs no network does not pay the
 * milliseconds and megabytes that loading libcurl and its thirty libraries costs.
 *
 * Types and constants come from the real header; functions are called through the table:
 * `curl->easy_init()`. A function that we use is one line in CURL_FUNCTIONS. */
#ifndef SLCPI_CURL_H
#define SLCPI_CURL_H

#define CURL_DISABLE_DEPRECATION /* newer names of an option are unknown to older libraries */
#include <curl/curl.h>
#include <stddef.h>

#define CURL_FUNCTIONS(X)                                                                          \
  X(global_init)                                                                                   \
  X(version_info)                                                                                  \
  X(getdate)                                                                                       \
  X(free)                                                                                          \
  X(url)                                                                                           \
  X(url_set)                                                                                       \
  X(url_get)                                                                                       \
  X(url_cleanup)                                                                                   \
  X(url_strerror)                                                                                  \
  X(slist_append)                                                                                  \
  X(slist_free_all)                                                                                \
  X(easy_init)                                                                                     \
  X(easy_setopt)                                                                                   \
  X(easy_getinfo)                                                                                  \
  X(easy_strerror)                                                                                 \
  X(easy_cleanup)                                                                                  \
  X(multi_init)                                                                                    \
  X(multi_setopt)                                                                                  \
  X(multi_add_handle)                                                                              \
  X(multi_remove_handle)                                                                           \
  X(multi_perform)                                                                                 \
  X(multi_poll)                                                                                    \
  X(multi_info_read)                                                                               \
  X(multi_strerror)                                                                                \
  X(multi_cleanup)                                                                                 \
  X(share_init)                                                                                    \
  X(share_setopt)                                                                                  \
  X(share_cleanup)

#define CURL_MEMBER(name) __typeof__(curl_##name) *name;
typedef struct {
  CURL_FUNCTIONS(CURL_MEMBER)
} curl_api;
#undef CURL_MEMBER

/* The table, or NULL and a sentence in `error` when there is no usable libcurl. */
const curl_api *curl_load(char *error, size_t size);

#endif
