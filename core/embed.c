#include "embed.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int by_name(const void *key, const void *file) {
  return strcmp(key, ((const embed_file *)file)->name);
}

const embed_file *embed_find(const char *name) {
  return bsearch(name, embed_files, embed_count, sizeof *embed_files, by_name);
}

static embed_result refuse(char *error, const char *dir, const char *name, const char *why) {
  snprintf(error, EMBED_ERROR_SIZE, "the file %s/%s is not used: %s", dir, name, why);
  return EMBED_REFUSED;
}

/* NULL when the open file or directory may be trusted, else the reason why not. */
static const char *distrust(int fd, mode_t type) {
  struct stat st;
  if (fstat(fd, &st) != 0) return strerror(errno);
  if ((st.st_mode & S_IFMT) != type)
    return type == S_IFREG ? "it is no regular file" : "a part of its path is no directory";
  if (st.st_uid != 0 && st.st_uid != geteuid())
    return "it must belong to root or to the user who runs slcpi (chown)";
  if (st.st_mode & (S_IWGRP | S_IWOTH))
    return "it, or a directory on its path, is writable for its group or for all (chmod go-w)";
  return NULL;
}

/* A relative name of plain components, so that openat walks downwards only. */
static bool is_plain(const char *name) {
  if (!*name || strlen(name) > 200) return false;
  for (const char *part = name; part; part = strchr(part, '/')) {
    part += *part == '/';
    if (*part == '\0' || *part == '/' || *part == '.') return false;
  }
  return true;
}

static bool judge(const char *path, const char *why, char error[EMBED_ERROR_SIZE]) {
  if (why) snprintf(error, EMBED_ERROR_SIZE, "the overlay %s is not used: %s", path, why);
  return !why;
}

bool embed_may_overlay(const char *dir, char error[EMBED_ERROR_SIZE]) {
  int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const char *why = fd < 0 ? strerror(errno) : distrust(fd, S_IFDIR);
  if (fd >= 0) close(fd);
  return judge(dir, why, error);
}

/* Opens dir/name component by component, trusting each; -1 with *why NULL means "no such file". */
static int open_trusted(const char *dir, const char *name, const char **why) {
  char part[NAME_MAX + 1];
  int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  *why = NULL;
  if (fd < 0) return *why = strerror(errno), -1;
  while (!(*why = distrust(fd, S_IFDIR))) {
    size_t len = strcspn(name, "/");
    bool last = name[len] == '\0';
    memcpy(part, name, len);
    part[len] = '\0';
    int next =
        openat(fd, part, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (last ? 0 : O_DIRECTORY));
    int failure = errno;
    close(fd);
    if (next < 0) {
      if (failure != ENOENT)
        *why = failure == ELOOP || failure == ENOTDIR
                   ? "its path holds a symbolic link or a plain file"
                   : strerror(failure);
      return -1;
    }
    fd = next;
    if (last) break;
    name += len + 1;
  }
  if (!*why) *why = distrust(fd, S_IFREG);
  if (!*why) return fd;
  close(fd);
  return -1;
}

static const char *slurp(int fd, embed_source *source) {
  struct stat st;
  if (fstat(fd, &st) != 0) return strerror(errno);
  if (st.st_size > EMBED_MAX_BYTES) return "it is larger than 1 MiB";
  size_t size = (size_t)st.st_size;
  if (!(source->owned = malloc(size + 1))) return "out of memory";
  for (size_t len = 0;;) {
    ssize_t n = read(fd, source->owned + len, size - len);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return strerror(errno);
    len += (size_t)n;
    if (n == 0 || len == size) {
      source->owned[len] = '\0';
      source->text = source->owned;
      source->len = len;
      return NULL;
    }
  }
}

static embed_result load_file(const char *dir, const char *name, embed_source *source,
                              char error[EMBED_ERROR_SIZE]) {
  const char *why;
  if (!is_plain(name)) return EMBED_MISSING;
  int fd = open_trusted(dir, name, &why);
  if (fd < 0) return why ? refuse(error, dir, name, why) : EMBED_MISSING;
  why = slurp(fd, source);
  close(fd);
  if (why) {
    embed_release(source);
    return refuse(error, dir, name, why);
  }
  snprintf(source->chunk, sizeof source->chunk, "@%s/%s", dir, name);
  return EMBED_FOUND;
}

static embed_result load_text(const embed_overlay *overlay, const char *name,
                              embed_source *source) {
  for (size_t i = 0; i < overlay->count; i++) {
    const embed_file *file = &overlay->texts[i];
    if (strcmp(file->name, name) != 0) continue;
    source->text = file->text;
    source->len = file->len;
    snprintf(source->chunk, sizeof source->chunk, "@%s/%s", overlay->path, name);
    return EMBED_FOUND;
  }
  return EMBED_MISSING;
}

embed_result embed_load_overlay(const embed_overlay *overlay, const char *name,
                                embed_source *source, char error[EMBED_ERROR_SIZE]) {
  *source = (embed_source){0};
  error[0] = '\0';
  return overlay->texts ? load_text(overlay, name, source)
                        : load_file(overlay->path, name, source, error);
}

embed_result embed_load(const embed_overlays *overlays, const char *name, embed_source *source,
                        char error[EMBED_ERROR_SIZE]) {
  *source = (embed_source){0};
  error[0] = '\0';
  if (!is_plain(name)) return EMBED_MISSING;
  for (size_t i = 0; i < overlays->count; i++) {
    embed_result result = embed_load_overlay(&overlays->list[i], name, source, error);
    if (result != EMBED_MISSING) return result;
  }
  const embed_file *file = embed_find(name);
  if (!file) return EMBED_MISSING;
  source->text = file->text;
  source->len = file->len;
  snprintf(source->chunk, sizeof source->chunk, "@builtin/%s", name);
  return EMBED_FOUND;
}

/* The directory of a path, and the name in it; false when it is too long. */
static bool split(const char *path, char dir[PATH_MAX], const char **name) {
  const char *slash = strrchr(path, '/');
  size_t len = !slash ? 0 : slash == path ? 1 : (size_t)(slash - path);
  *name = slash ? slash + 1 : path;
  if (len >= PATH_MAX) return false;
  memcpy(dir, path, len);
  dir[len] = '\0';
  if (!slash) memcpy(dir, ".", sizeof ".");
  return true;
}

embed_result embed_load_file(const char *path, embed_source *source, char error[EMBED_ERROR_SIZE]) {
  char dir[PATH_MAX];
  const char *name;
  *source = (embed_source){0};
  error[0] = '\0';
  if (!split(path, dir, &name)) return refuse(error, ".", path, strerror(ENAMETOOLONG));
  return load_file(dir, name, source, error);
}

bool embed_may_hold_overlay(const char *path, char error[EMBED_ERROR_SIZE]) {
  char dir[PATH_MAX];
  const char *name, *why = NULL;
  if (!split(path, dir, &name)) return judge(path, strerror(ENAMETOOLONG), error);
  int fd = open_trusted(dir, name, &why);
  if (fd >= 0) close(fd);
  return judge(path, fd < 0 && !why ? strerror(ENOENT) : why, error);
}

void embed_release(embed_source *source) {
  free(source->owned);
  *source = (embed_source){0};
}
