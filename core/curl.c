/* Loads libcurl.so.4 once per process and fills the table of functions. */
#include "curl.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* CURLOPT_PREREQFUNCTION, which tells sent from unsent, is as old as this. */
#define OLDEST_VERSION 0x075000
#define OLDEST_VERSION_NAME "7.80"

/* The names in the order of the table's members. */
#define CURL_NAME(name) "curl_" #name,
static const char *const names[] = {CURL_FUNCTIONS(CURL_NAME)};
#undef CURL_NAME
enum { FUNCTIONS = sizeof names / sizeof *names };
_Static_assert(sizeof(curl_api) == FUNCTIONS * sizeof(void *), "one pointer for each name");

static bool fill(void *library, curl_api *api, char *error, size_t size) {
  void *found[FUNCTIONS];
  for (size_t i = 0; i < FUNCTIONS; i++) {
    found[i] = dlsym(library, names[i]);
    if (!found[i]) {
      (void)snprintf(error, size, "libcurl.so.4 lacks %s", names[i]);
      return false;
    }
  }
  memcpy(api, found, sizeof *api); /* ISO C has no cast from an object to a function pointer */
  return true;
}

static bool start(const curl_api *api, char *error, size_t size) {
  const curl_version_info_data *info = api->version_info(CURLVERSION_NOW);
  if (info->version_num < OLDEST_VERSION) {
    (void)snprintf(error, size, "libcurl %s is too old: %s or newer is needed", info->version,
                   OLDEST_VERSION_NAME);
    return false;
  }
  if (!(info->features & CURL_VERSION_SSL)) {
    (void)snprintf(error, size, "libcurl %s was built without TLS", info->version);
    return false;
  }
  if (api->global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) return true;
  (void)snprintf(error, size, "libcurl %s does not start", info->version);
  return false;
}

const curl_api *curl_load(char *error, size_t size) {
  static curl_api api; /* a library is loaded once per process: its table is no state of ours */
  static bool ready;
  if (ready) return &api;
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    (void)snprintf(error, size, "libcurl is needed for the network: %s", dlerror());
    return NULL;
  }
  ready = fill(library, &api, error, size) && start(&api, error, size);
  if (ready) return &api;
  (void)dlclose(library);
  return NULL;
}
