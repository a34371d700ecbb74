/* Loads libz.so.1 once per process and fills the table of functions. */
#include "zlib.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The names in the order of the table's members. */
#define ZLIB_NAME(name) #name,
static const char *const names[] = {ZLIB_FUNCTIONS(ZLIB_NAME)};
#undef ZLIB_NAME
enum { FUNCTIONS = sizeof names / sizeof *names };
_Static_assert(sizeof(zlib_api) == FUNCTIONS * sizeof(void *), "one pointer for each name");

const zlib_api *zlib_load(char *error, size_t size) {
  static zlib_api api; /* a library is loaded once per process: its table is no state of ours */
  static bool ready;
  if (ready) return &api;
  void *library = dlopen("libz.so.1", RTLD_NOW | RTLD_LOCAL), *found[FUNCTIONS];
  if (!library) {
    (void)snprintf(error, size, "zlib is needed to unpack: %s", dlerror());
    return NULL;
  }
  for (size_t i = 0; i < FUNCTIONS; i++) {
    found[i] = dlsym(library, names[i]);
    if (found[i]) continue;
    (void)snprintf(error, size, "libz.so.1 lacks %s", names[i]);
    (void)dlclose(library);
    return NULL;
  }
  memcpy(&api, found, sizeof api); /* ISO C has no cast from an object to a function pointer */
  ready = true;
  return &api;
}
