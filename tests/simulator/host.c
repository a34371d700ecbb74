/* slsim.host: what the simulator needs of its own process: signals as a descriptor, the end of
 * stdin, commands that run beside it.
 *
 * Signals are blocked and read from a signalfd, so that the loop never meets EINTR races. A command
 * gets its own process group: stopping it stops what it started.
 */
#include "slsim.h"

#include <errno.h>
#include <stdint.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <md5.h>
#include <netdb.h>
#include <sha2.h>
#include <string.h>
#include <signal.h>
#include <spawn.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static sigset_t handled(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  sigaddset(&set, SIGCHLD);
  return set;
}

/* host.signals() -> fd | nil, message, errno */
static int l_signals(lua_State *L) {
  sigset_t set = handled();
  signal(SIGPIPE, SIG_IGN);
  sigprocmask(SIG_BLOCK, &set, NULL);
  int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  if (fd < 0) return luaL_fileresult(L, 0, "signalfd");
  lua_pushinteger(L, fd);
  return 1;
}

/* host.signal(fd) -> "TERM" | "CHLD" | nil: the next signal that came; TERM stands for INT and HUP
 * too */
static int l_signal(lua_State *L) {
  struct signalfd_siginfo info;
  if (read((int)luaL_checkinteger(L, 1), &info, sizeof info) != sizeof info) return 0;
  lua_pushstring(L, info.ssi_signo == SIGCHLD ? "CHLD" : "TERM");
  return 1;
}

/* host.at_eof(fd) -> boolean; reads away what is there. Call it when the descriptor is ready. */
static int l_at_eof(lua_State *L) {
  char skipped[4096];
  ssize_t n = read((int)luaL_checkinteger(L, 1), skipped, sizeof skipped);
  lua_pushboolean(L, n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR));
  return 1;
}

/* host.pid() -> number */
static int l_pid(lua_State *L) {
  lua_pushinteger(L, getpid());
  return 1;
}

static char **push_environment(lua_State *L, int index) {
  size_t count = 0, extra = lua_rawlen(L, index), i = 0;
  while (environ[count]) count++;
  char **all = lua_newuserdatauv(L, (count + extra + 1) * sizeof *all, 0);
  for (size_t n = 1; n <= extra; n++) {
    lua_rawgeti(L, index, (lua_Integer)n);
    all[i++] = (char *)(uintptr_t)luaL_checkstring(L, -1);
    lua_pop(L, 1); /* the table keeps the string alive */
  }
  for (size_t n = 0; n < count; n++) all[i++] = environ[n];
  all[i] = NULL;
  return all;
}

static int spawn_shell(pid_t *pid, const char *command, char **environment) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  sigset_t none;
  char *argv[] = {(char *)(uintptr_t) "sh", (char *)(uintptr_t) "-c", (char *)(uintptr_t)command,
                  NULL};
  sigemptyset(&none);
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, 2, 1); /* stdout is for the one line of slsim */
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  int failed = posix_spawn(pid, "/bin/sh", &files, &attributes, argv, environment);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  return failed;
}

/* host.spawn(command, { "NAME=value", … }) -> pid | nil, message, errno; returns at once */
static int l_spawn(lua_State *L) {
  const char *command = luaL_checkstring(L, 1);
  pid_t pid = 0;
  luaL_checktype(L, 2, LUA_TTABLE);
  errno = spawn_shell(&pid, command, push_environment(L, 2));
  if (errno) return luaL_fileresult(L, 0, command);
  lua_pushinteger(L, pid);
  return 1;
}

/* host.reap() -> pid, status | nil: a command that ended; negative status = the signal that ended
 * it */
static int l_reap(lua_State *L) {
  int status;
  pid_t pid = waitpid(-1, &status, WNOHANG);
  if (pid <= 0) return 0;
  lua_pushinteger(L, pid);
  lua_pushinteger(L, WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status));
  return 2;
}

/* host.stop(pid): ends a command and everything in its process group */
static int l_stop(lua_State *L) {
  lua_Integer pid = luaL_checkinteger(L, 1);
  luaL_argcheck(L, pid > 1 && pid <= INT32_MAX, 1, "not a process id");
  kill(-(pid_t)pid, SIGTERM);
  return 0;
}

static int reach(const char *name, const char *port) {
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
  int fd = -1;
  if (getaddrinfo(name, port, &hints, &found)) return -1;
  for (struct addrinfo *at = found; at && fd < 0; at = at->ai_next) {
    fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);
    if (fd < 0 || !connect(fd, at->ai_addr, at->ai_addrlen)) continue;
    close(fd);
    fd = -1;
  }
  freeaddrinfo(found);
  return fd;
}

static int say(int fd, const char *text, size_t len) {
  char answer[4096];
  while (len > 0) {
    ssize_t n = send(fd, text, len, MSG_NOSIGNAL);
    if (n <= 0) return 1;
    text += n;
    len -= (size_t)n;
  }
  while (recv(fd, answer, sizeof answer, 0) > 0) {
  }
  return 0;
}

/* host.post(name, port, request) -> pid | nil, message, errno: a process that sends these bytes and
 * waits for the answer; it gives up after 20 s. Its end is reaped like a command's. */
static int l_post(lua_State *L) {
  size_t len;
  const char *name = luaL_checkstring(L, 1), *port = luaL_checkstring(L, 2);
  const char *request = luaL_checklstring(L, 3, &len);
  pid_t pid = fork();
  if (pid < 0) return luaL_fileresult(L, 0, "fork");
  if (pid == 0) {
    close_range(3, ~0U, 0); /* a client must not wait for this process to see its connection end */
    setpgid(0, 0);
    alarm(20);
    int fd = reach(name, port);
    _exit(fd < 0 ? 1 : say(fd, request, len));
  }
  lua_pushinteger(L, pid);
  return 1;
}

/* host.md5(s) -> 32 hex digits: what a SoftLayer key fingerprint is made of */
static int l_md5(lua_State *L) {
  size_t len;
  const char *s = luaL_checklstring(L, 1, &len);
  char hex[MD5_DIGEST_STRING_LENGTH];
  lua_pushstring(L, MD5Data((const uint8_t *)s, len, hex));
  return 1;
}

enum { SHA256_BLOCK = 64 };

static void keyed(SHA2_CTX *context, const uint8_t key[SHA256_BLOCK], uint8_t with) {
  uint8_t pad[SHA256_BLOCK];
  for (size_t i = 0; i < sizeof pad; i++) pad[i] = key[i] ^ with;
  SHA256Init(context);
  SHA256Update(context, pad, sizeof pad);
}

static void hmac_sha256(const char *key, size_t key_len, const char *s, size_t len,
                        uint8_t sum[SHA256_DIGEST_LENGTH]) {
  SHA2_CTX context;
  uint8_t block[SHA256_BLOCK] = {0};
  if (key_len > sizeof block) {
    SHA256Init(&context);
    SHA256Update(&context, (const uint8_t *)key, key_len);
    SHA256Final(block, &context);
  } else {
    memcpy(block, key, key_len);
  }
  keyed(&context, block, 0x36);
  SHA256Update(&context, (const uint8_t *)s, len);
  SHA256Final(sum, &context);
  keyed(&context, block, 0x5c);
  SHA256Update(&context, sum, SHA256_DIGEST_LENGTH);
  SHA256Final(sum, &context);
}

/* host.hmac_sha256(key, s) -> 32 bytes: what AWS signatures are made of */
static int l_hmac_sha256(lua_State *L) {
  size_t key_len, len;
  const char *key = luaL_checklstring(L, 1, &key_len), *s = luaL_checklstring(L, 2, &len);
  uint8_t sum[SHA256_DIGEST_LENGTH];
  hmac_sha256(key, key_len, s, len, sum);
  lua_pushlstring(L, (const char *)sum, sizeof sum);
  return 1;
}

static const luaL_Reg functions[] = {{"signals", l_signals},
                                     {"signal", l_signal},
                                     {"at_eof", l_at_eof},
                                     {"pid", l_pid},
                                     {"spawn", l_spawn},
                                     {"reap", l_reap},
                                     {"stop", l_stop},
                                     {"post", l_post},
                                     {"md5", l_md5},
                                     {"hmac_sha256", l_hmac_sha256},
                                     {NULL, NULL}};

int luaopen_slsim_host(lua_State *L) {
  luaL_newlib(L, functions);
  lua_pushstring(L, SLCPI_VERSION);
  lua_setfield(L, -2, "VERSION");
  return 1;
}
