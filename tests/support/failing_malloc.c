/* Allocation failure on demand, preloaded into slcpi by tests/e2e/memory_spec.lua: the FAIL_AT-th
 * allocation of the process fails, and the two after it, because Lua collects its garbage and tries
 * once more. */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

enum { IN_A_ROW = 3 };

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);

static long left; /* allocations until the failing one; 0: all succeed */
static int failing;

__attribute__((constructor)) static void begin(void) {
  const char *at = getenv("FAIL_AT");
  left = at ? strtol(at, NULL, 10) : 0;
}

static bool fails(void) {
  if (left > 0 && --left == 0) failing = IN_A_ROW;
  if (failing == 0) return false;
  failing--;
  errno = ENOMEM;
  return true;
}

void *malloc(size_t size) {
  return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *block, size_t size) {
  return fails() ? NULL : __libc_realloc(block, size);
}
