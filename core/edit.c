/* Loads libedit.so.2 once per process and fills the table of functions. */
#include "edit.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The names in the order of the table's members. */
#define EDIT_NAME(name) #name,
static const char *const names[] = {EDIT_FUNCTIONS(EDIT_NAME)};
#undef EDIT_NAME
enum { FUNCTIONS = sizeof names / sizeof *names };
_Static_assert(sizeof(edit_api) == FUNCTIONS * sizeof(void *), "one pointer for each name");

static bool fill(void *library, edit_api *api, char *error, size_t size) {
  void *found[FUNCTIONS];
  for (size_t i = 0; i < FUNCTIONS; i++) {
    found[i] = dlsym(library, names[i]);
    if (!found[i]) {
      (void)snprintf(error, size, "libedit.so.2 lacks %s", names[i]);
      return false;
    }
  }
  memcpy(api, found, sizeof *api); /* ISO C has no cast from an object to a function pointer */
  return true;
}

const edit_api *edit_load(char *error, size_t size) {
  static edit_api api; /* a library is loaded once per process: its table is no state of ours */
  static bool ready;
  if (ready) return &api;
  void *library = dlopen("libedit.so.2", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    (void)snprintf(error, size, "libedit is needed for the prompt: %s", dlerror());
    return NULL;
  }
  ready = fill(library, &api, error, size);
  if (ready) return &api;
  (void)dlclose(library);
  return NULL;
}
