/* The part of core.sys that touches files: reading, atomic writing, directories and locks. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lauxlib.h>
#include <lua.h>

#include "files.h"
#include "lsys.h"

enum { CHUNK = 16 * 1024, LOCKED_SIZE = 4096 };

static const lua_Integer MAX_FILE = 32LL * 1024 * 1024;
static const char HANDLE_TYPE[] = "core.sys.handle";

/* nil, message, errno's name */
static int push_failure(lua_State *L, const char *doing, const char *path) {
  int failure = errno;
  luaL_pushfail(L);
  lua_pushfstring(L, "%s %s: %s", doing, path, strerror(failure));
  lua_pushstring(L, strerrorname_np(failure));
  return 3;
}

/* What a file function holds: closed by :close(), a to-be-closed variable or the collector. */
typedef struct {
  int fd;
  DIR *dir;
} handle;

static handle *push_handle(lua_State *L) {
  handle *h = lua_newuserdatauv(L, sizeof *h, 0);
  *h = (handle){-1, NULL};
  luaL_setmetatable(L, HANDLE_TYPE);
  return h;
}

static int l_close(lua_State *L) {
  handle *h = luaL_checkudata(L, 1, HANDLE_TYPE);
  if (h->dir) closedir(h->dir);
  if (h->fd >= 0) close(h->fd);
  *h = (handle){-1, NULL};
  return 0;
}

static int close_with(handle *h, int results) {
  int failure = errno;
  if (h->dir) closedir(h->dir);
  if (h->fd >= 0) close(h->fd);
  *h = (handle){-1, NULL};
  errno = failure;
  return results;
}

/* sys.read(path[, max_bytes]) -> string | nil, message, errno name */
static int l_read(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  lua_Integer max = luaL_optinteger(L, 2, MAX_FILE), total = 0;
  luaL_Buffer buffer;
  handle *h = push_handle(L);
  h->fd = open(path, O_RDONLY | O_CLOEXEC);
  if (h->fd < 0) return push_failure(L, "reading", path);
  luaL_buffinit(L, &buffer);
  for (;;) {
    ssize_t n = read(h->fd, luaL_prepbuffsize(&buffer, CHUNK), CHUNK);
    if (n < 0 && errno == EINTR) continue;
    if (n == 0) break;
    if (n > 0 && (total += n) <= max) {
      luaL_addsize(&buffer, (size_t)n);
      continue;
    }
    if (n > 0) errno = EFBIG;
    close_with(h, 0);
    return push_failure(L, "reading", path);
  }
  luaL_pushresult(&buffer);
  return close_with(h, 1);
}

/* sys.read_at(path, offset, count) -> string, shorter only at the file's end | nil, message, errno
 * name */
static int l_read_at(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  lua_Integer offset = luaL_checkinteger(L, 2), count = luaL_checkinteger(L, 3);
  luaL_argcheck(L, offset >= 0, 2, "an offset is not negative");
  luaL_argcheck(L, count >= 0 && count <= MAX_FILE, 3, "0 to 32 MiB");
  luaL_Buffer buffer;
  handle *h = push_handle(L);
  h->fd = open(path, O_RDONLY | O_CLOEXEC);
  if (h->fd < 0) return push_failure(L, "reading", path);
  char *bytes = luaL_buffinitsize(L, &buffer, (size_t)count);
  size_t have = 0;
  while (have < (size_t)count) {
    ssize_t n =
        pread(h->fd, bytes + have, (size_t)count - have, (off_t)(offset + (lua_Integer)have));
    if (n == 0) break;
    if (n > 0) have += (size_t)n;
    if (n >= 0 || errno == EINTR) continue;
    close_with(h, 0);
    return push_failure(L, "reading", path);
  }
  luaL_pushresultsize(&buffer, have);
  return close_with(h, 1);
}

/* sys.list(path) -> {name, …} unsorted, without hidden files | nil, message, errno name */
static int l_list(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  handle *h = push_handle(L);
  h->dir = opendir(path);
  if (!h->dir) return push_failure(L, "listing", path);
  lua_newtable(L);
  lua_Integer n = 0;
  for (struct dirent *entry; (entry = readdir(h->dir));) {
    if (entry->d_name[0] == '.') continue;
    lua_pushstring(L, entry->d_name);
    lua_rawseti(L, -2, ++n);
  }
  return close_with(h, 1);
}

static int push_done(lua_State *L, bool done, const char *doing, const char *path) {
  if (!done) return push_failure(L, doing, path);
  lua_pushboolean(L, true);
  return 1;
}

/* sys.write_atomic(path, text) -> true | nil, message, errno name; on disk when it returns */
static int l_write_atomic(lua_State *L) {
  size_t len;
  const char *path = luaL_checkstring(L, 1);
  const char *text = luaL_checklstring(L, 2, &len);
  return push_done(L, files_write_atomic(path, text, len), "writing", path);
}

/* sys.append(path, text) -> true | nil, message, errno name; a new file has mode 0600; not synced
 */
static int l_append(lua_State *L) {
  size_t len;
  const char *path = luaL_checkstring(L, 1);
  const char *text = luaL_checklstring(L, 2, &len);
  handle *h = push_handle(L);
  h->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
  bool done = h->fd >= 0 && files_write(h->fd, text, len);
  close_with(h, 0);
  return push_done(L, done, "writing", path);
}

/* sys.mkdir(path) -> true | nil, message, errno name; with its parents, mode 0700, on disk */
static int l_mkdir(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  return push_done(L, files_mkdir(path), "making the directory", path);
}

/* sys.remove(path) -> true | nil, message, errno name; also an empty directory; an absent file
 * counts as removed */
static int l_remove(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  bool done = unlink(path) == 0 || (errno == EISDIR && rmdir(path) == 0);
  return push_done(L, done || errno == ENOENT, "removing", path);
}

/* sys.stat(path) -> {size=, modified=} | nil, message, errno name; of a regular file */
static int l_stat(lua_State *L) {
  struct stat st;
  const char *path = luaL_checkstring(L, 1);
  int failed = lstat(path, &st);
  if (failed == 0 && !S_ISREG(st.st_mode)) errno = EINVAL, failed = -1;
  if (failed != 0) return push_failure(L, "looking at", path);
  lua_createtable(L, 0, 2);
  lua_pushinteger(L, (lua_Integer)st.st_size);
  lua_setfield(L, -2, "size");
  lua_pushnumber(L, (double)st.st_mtim.tv_sec + (double)st.st_mtim.tv_nsec * 1e-9);
  lua_setfield(L, -2, "modified");
  return 1;
}

/* Whoever had the lock before may have removed its file: a lock on that one keeps nobody out. */
static bool is_still_there(int fd, const char *path) {
  struct stat held, there;
  return fstat(fd, &held) == 0 && stat(path, &there) == 0 && held.st_ino == there.st_ino &&
         held.st_dev == there.st_dev;
}

/* sys.lock(path) -> lock | nil, message, errno name; EWOULDBLOCK: another process holds it */
static int l_lock(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  handle *h = push_handle(L);
  h->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (h->fd >= 0 && flock(h->fd, LOCK_EX | LOCK_NB) == 0) {
    if (is_still_there(h->fd, path)) return 1;
    errno = EWOULDBLOCK;
  }
  close_with(h, 0);
  return push_failure(L, "locking", path);
}

static int check_fd(lua_State *L) {
  int fd = ((handle *)luaL_checkudata(L, 1, HANDLE_TYPE))->fd;
  luaL_argcheck(L, fd >= 0, 1, "the lock was given back");
  return fd;
}

/* lock:read() -> string | nil, message, errno name; the first 4 KiB of the locked file */
static int l_read_locked(lua_State *L) {
  int fd = check_fd(L);
  char text[LOCKED_SIZE];
  ssize_t n = pread(fd, text, sizeof text, 0);
  if (n < 0) return push_failure(L, "reading", "a locked file");
  lua_pushlstring(L, text, (size_t)n);
  return 1;
}

/* lock:write(text) -> true | nil, message, errno name; in place, and not synced */
static int l_write_locked(lua_State *L) {
  size_t len;
  int fd = check_fd(L);
  const char *text = luaL_checklstring(L, 2, &len);
  luaL_argcheck(L, len <= LOCKED_SIZE, 2, "at most 4 KiB");
  ssize_t n = pwrite(fd, text, len, 0);
  if (n >= 0 && (size_t)n < len) errno = ENOSPC;
  return push_done(L, n == (ssize_t)len && ftruncate(fd, n) == 0, "writing", "a locked file");
}

/* lock:append(text) -> true | nil, message, errno name; at the end of the locked file, not synced
 */
static int l_append_locked(lua_State *L) {
  size_t len;
  int fd = check_fd(L);
  const char *text = luaL_checklstring(L, 2, &len);
  off_t end = lseek(fd, 0, SEEK_END);
  ssize_t n = 0;
  for (size_t done = 0; end >= 0 && done < len; done += (size_t)n) {
    n = pwrite(fd, text + done, len - done, end + (off_t)done);
    if (n < 0 && errno == EINTR) n = 0;
    if (n < 0) break;
  }
  return push_done(L, end >= 0 && n >= 0, "writing", "a locked file");
}

static const luaL_Reg handle_methods[] = {
    {"read", l_read_locked},
    {"write", l_write_locked},
    {"append", l_append_locked},
    {"close", l_close},
    {"__close", l_close},
    {"__gc", l_close},
    {NULL, NULL},
};

static const luaL_Reg functions[] = {
    {"read", l_read},     {"read_at", l_read_at},
    {"list", l_list},     {"write_atomic", l_write_atomic},
    {"mkdir", l_mkdir},   {"remove", l_remove},
    {"lock", l_lock},     {"stat", l_stat},
    {"append", l_append}, {NULL, NULL},
};

void lfiles_add(lua_State *L) {
  luaL_newmetatable(L, HANDLE_TYPE);
  luaL_setfuncs(L, handle_methods, 0);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  luaL_setfuncs(L, functions, 0);
}
