#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool files_write(int fd, const char *text, size_t len) {
  while (len > 0) {
    ssize_t n = write(fd, text, len);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    text += n;
    len -= (size_t)n;
  }
  return true;
}

static bool sync_directory_of(const char *path) {
  char dir[PATH_MAX];
  const char *slash = strrchr(path, '/');
  snprintf(dir, sizeof dir, "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
  int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  bool synced = fsync(fd) == 0;
  close(fd);
  return synced;
}

bool files_write_atomic(const char *path, const char *text, size_t len) {
  char temporary[PATH_MAX];
  int n = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
  if (n < 0 || (size_t)n >= sizeof temporary) return errno = ENAMETOOLONG, false;
  int fd = mkostemp(temporary, O_CLOEXEC); /* mode 0600 */
  if (fd < 0) return false;
  bool written = files_write(fd, text, len) && fsync(fd) == 0;
  int failure = errno;
  if (close(fd) != 0 && written) written = false, failure = errno;
  if (written && rename(temporary, path) == 0) return sync_directory_of(path);
  if (written) failure = errno;
  unlink(temporary);
  errno = failure;
  return false;
}

/* On disk with its name, so that what is put into it cannot be lost with it. */
static bool make_directory(const char *path) {
  if (mkdir(path, 0700) != 0) return errno == EEXIST;
  if (sync_directory_of(path)) return true;
  int failure = errno;
  rmdir(path);
  errno = failure;
  return false;
}

bool files_mkdir(const char *path) {
  char part[PATH_MAX];
  size_t len = strlen(path);
  if (len == 0 || len >= sizeof part) return errno = len ? ENAMETOOLONG : ENOENT, false;
  memcpy(part, path, len + 1);
  for (char *slash = part + 1; (slash = strchr(slash, '/')); slash++) {
    *slash = '\0';
    if (!make_directory(part)) return false;
    *slash = '/';
  }
  if (!make_directory(part)) return false;
  struct stat st;
  if (stat(part, &st) != 0) return false;
  if (!S_ISDIR(st.st_mode)) return errno = ENOTDIR, false;
  return true;
}
