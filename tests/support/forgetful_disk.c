/* A disk that keeps nothing but what was synced, preloaded into slcpi by tests/support/disk.lua.
 * Below the directory DISK, fsync of a file keeps its content, and fsync of a directory its names.
 * What was kept is in the directory KEPT, by inode number: a file, or a directory of links to what
 * its names stand for. KEPT/root is what DISK holds once power is lost. */
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PATH = 4096 };

static const char *disk, *kept;

static void require(bool done, const char *what) {
  if (done) return;
  perror(what);
  abort();
}

static void path_of(ino_t inode, char *path) {
  require(snprintf(path, PATH, "%s/%lu", kept, (unsigned long)inode) < PATH, "a path");
}

static void keep_content(int fd, ino_t inode) {
  char path[PATH], block[PATH];
  path_of(inode, path);
  int copy = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  require(copy >= 0, path);
  ssize_t n;
  for (off_t at = 0; (n = pread(fd, block, sizeof block, at)) > 0; at += n)
    require(write(copy, block, (size_t)n) == n, path);
  require(n == 0 && close(copy) == 0, path);
}

/* Of what a name stands for nothing is kept yet, unless it was synced itself. A second link to the
 * file keeps its number from being given to another one. */
static void keep_inode(int directory, const char *name, const struct stat *st) {
  char path[PATH], held[PATH];
  path_of(st->st_ino, path);
  if (S_ISDIR(st->st_mode)) {
    mkdir(path, 0700);
    return;
  }
  close(open(path, O_WRONLY | O_CREAT, 0600));
  require(snprintf(held, PATH, "%.*s.held", PATH - 6, path) < PATH, "a path");
  linkat(directory, name, AT_FDCWD, held, 0);
}

static void keep_name(int directory, const char *name, int names) {
  struct stat st;
  char target[64];
  require(fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) == 0, name);
  keep_inode(directory, name, &st);
  snprintf(target, sizeof target, "../%lu", (unsigned long)st.st_ino);
  unlinkat(names, name, 0);
  require(symlinkat(target, names, name) == 0, name);
}

/* Calls `each` for the names in a directory. */
static void walk(const char *path, int other,
                 void (*each)(int directory, const char *name, int other)) {
  DIR *list = opendir(path);
  require(list != NULL, path);
  for (struct dirent *entry; (entry = readdir(list));)
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
      each(dirfd(list), entry->d_name, other);
  closedir(list);
}

static void forget_name(int names, const char *name, int directory) {
  struct stat st;
  if (fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) != 0) unlinkat(names, name, 0);
}

static void keep_names(const char *directory, ino_t inode) {
  char path[PATH];
  path_of(inode, path);
  mkdir(path, 0700);
  int names = open(path, O_RDONLY | O_DIRECTORY), there = open(directory, O_RDONLY | O_DIRECTORY);
  require(names >= 0 && there >= 0, path);
  walk(path, there, forget_name);
  walk(directory, names, keep_name);
  close(names);
  close(there);
}

static bool is_below(const char *path) {
  size_t len = strlen(disk);
  return strncmp(path, disk, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

int fsync(int fd) {
  char link[64], path[PATH] = "";
  struct stat st;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  if (readlink(link, path, sizeof path - 1) > 0 && is_below(path) && fstat(fd, &st) == 0) {
    if (S_ISDIR(st.st_mode))
      keep_names(path, st.st_ino);
    else
      keep_content(fd, st.st_ino);
  }
  return (int)syscall(SYS_fsync, fd);
}

__attribute__((constructor)) static void begin(void) {
  struct stat st;
  char root[PATH], target[64];
  disk = getenv("DISK"), kept = getenv("KEPT");
  require(disk && kept && stat(disk, &st) == 0, "DISK and KEPT");
  path_of(st.st_ino, root);
  mkdir(root, 0700);
  snprintf(target, sizeof target, "%lu", (unsigned long)st.st_ino);
  snprintf(root, sizeof root, "%s/root", kept);
  symlink(target, root);
}
