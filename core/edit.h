/* libedit, bound by dlopen on first use, as libcurl is (curl.h): only a person at a prompt pays for
 * it. Functions are called through the table: `edit->el_init(…)`; one that we use is one line in
 * EDIT_FUNCTIONS. */
#ifndef SLCPI_EDIT_H
#define SLCPI_EDIT_H

#include <histedit.h>
#include <stddef.h>

#define EDIT_FUNCTIONS(X)                                                                          \
  X(el_init)                                                                                       \
  X(el_end)                                                                                        \
  X(el_reset)                                                                                      \
  X(el_resize)                                                                                     \
  X(el_set)                                                                                        \
  X(el_get)                                                                                        \
  X(el_gets)                                                                                       \
  X(el_line)                                                                                       \
  X(el_push)                                                                                       \
  X(el_insertstr)                                                                                  \
  X(el_deletestr)                                                                                  \
  X(history_init)                                                                                  \
  X(history_end)                                                                                   \
  X(history)

#define EDIT_MEMBER(name) __typeof__(name) *name;
typedef struct {
  EDIT_FUNCTIONS(EDIT_MEMBER)
} edit_api;
#undef EDIT_MEMBER

/* The table, or NULL and a sentence in `error` when there is no usable libedit. */
const edit_api *edit_load(char *error, size_t size);

#endif
