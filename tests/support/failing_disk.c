/* A disk that fails, preloaded into slcpi by tests/support/disk.lua: of the calls that change
 * something below the directory DISK the FAIL_AT-th fails with the error number FAIL_WITH, and all
 * later ones, too, if FAIL_ON is set. A write that fails has written half. The failing call is
 * named on stderr. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum { PATH = 4096 };

static const char *disk;
static long at, number;
static int with;
static bool on;

static long number_of(const char *name) {
  const char *text = getenv(name);
  return text ? strtol(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void begin(void) {
  disk = getenv("DISK"), at = number_of("FAIL_AT"), with = (int)number_of("FAIL_WITH"),
  on = number_of("FAIL_ON") != 0;
}

static bool fails(const char *call, const char *path) {
  if (!disk || strncmp(path, disk, strlen(disk)) != 0) return false;
  number++;
  if (number != at && !(on && number > at)) return false;
  if (number == at) dprintf(STDERR_FILENO, "failing disk: %s\n", call);
  errno = with;
  return true;
}

static bool fd_fails(const char *call, int fd) {
  char link[64], path[PATH] = "";
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  return readlink(link, path, sizeof path - 1) > 0 && fails(call, path);
}

ssize_t write(int fd, const void *bytes, size_t n) {
  if (!fd_fails("write", fd)) return syscall(SYS_write, fd, bytes, n);
  syscall(SYS_write, fd, bytes, n / 2);
  return errno = with, -1;
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t offset) {
  if (!fd_fails("pwrite", fd)) return syscall(SYS_pwrite64, fd, bytes, n, offset);
  syscall(SYS_pwrite64, fd, bytes, n / 2, offset);
  return errno = with, -1;
}

int fsync(int fd) {
  return fd_fails("fsync", fd) ? -1 : (int)syscall(SYS_fsync, fd);
}

int ftruncate(int fd, off_t size) {
  return fd_fails("ftruncate", fd) ? -1 : (int)syscall(SYS_ftruncate, fd, size);
}

int rename(const char *from, const char *to) {
  return fails("rename", to) ? -1 : (int)syscall(SYS_rename, from, to);
}

int unlink(const char *path) {
  return fails("unlink", path) ? -1 : (int)syscall(SYS_unlink, path);
}

int mkdir(const char *path, mode_t mode) {
  return fails("mkdir", path) ? -1 : (int)syscall(SYS_mkdir, path, mode);
}

int open(const char *path, int flags, ...) {
  mode_t mode = 0;
  if (flags & O_CREAT) {
    va_list more;
    va_start(more, flags);
    mode =
        va_arg(more, mode_t); /* NOLINT(clang-analyzer-valist.Uninitialized): it is, a line above */
    va_end(more);
    if (fails("open", path)) return -1;
  }
  return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int mkostemp(char *template, int flags) {
  int (*real)(char *, int);
  *(void **)&real = dlsym(RTLD_NEXT, "mkostemp");
  return fails("mkostemp", template) ? -1 : real(template, flags);
}
