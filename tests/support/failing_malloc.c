/* Allocation failure on demand, preloaded into slcpi by tests/memory/case.lua: the FAIL_AT-th
 * allocation of the process fails, and the two after it, because Lua collects its garbage and tries
 * once more. FAIL_AT=0 tells how many there are. The blocks are those of the next malloc, so that a
 * sanitizer sees each one. */
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { IN_A_ROW = 3 };

static long count, fail_at = -1;
static int failing;

/* LeakSanitizer's; nothing in a build without. */
extern __attribute__((weak)) void __lsan_do_leak_check(void);

__attribute__((constructor)) static void begin(void) {
  const char *at = getenv("FAIL_AT");
  count = 0;
  fail_at = at ? strtol(at, NULL, 10) : -1;
}

static bool fails(void) {
  if (++count == fail_at) failing = IN_A_ROW;
  if (failing == 0) return false;
  failing--;
  errno = ENOMEM;
  return true;
}

/* ISO C has no cast from an object to a function pointer. */
#define NEXT(function, name)                                                                       \
  if (!(function)) *(void **)&(function) = dlsym(RTLD_NEXT, name)

void *malloc(size_t size) {
  static void *(*next)(size_t);
  NEXT(next, "malloc");
  return fails() ? NULL : next(size);
}

void *calloc(size_t n, size_t size) {
  static void *(*next)(size_t, size_t);
  NEXT(next, "calloc");
  return fails() ? NULL : next(n, size);
}

void *realloc(void *block, size_t size) {
  static void *(*next)(void *, size_t);
  NEXT(next, "realloc");
  return fails() ? NULL : next(block, size);
}

/* A sanitizer's own strdup and strndup would not come past our malloc. */
char *strndup(const char *text, size_t most) {
  size_t len = strnlen(text, most);
  char *copy = malloc(len + 1);
  if (!copy) return NULL;
  copy[len] = '\0';
  return memcpy(copy, text, len);
}

char *strdup(const char *text) {
  return strndup(text, strlen(text));
}

/* The only way out of slcpi, past the look for leaks that a sanitizer takes in exit. */
void _exit(int status) {
  static __attribute__((noreturn)) void (*next)(int);
  NEXT(next, "_exit");
  if (fail_at == 0) dprintf(STDERR_FILENO, "%ld allocations\n", count);
  if (__lsan_do_leak_check) __lsan_do_leak_check();
  next(status);
}
