#include "rpc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORDS_SIZE = 1024, FIRST_CHUNK = 16 * 1024 };

/* What the watchdog's handler needs; the only mutable state of this unit. */
static volatile sig_atomic_t answer_fd = -1; /* -1: no director is listening */
static volatile sig_atomic_t answered;
static char words[RPC_REASONS][WORDS_SIZE];
static size_t words_len[RPC_REASONS];

static const char *const defaults[RPC_REASONS] = {
    [RPC_DEADLINE] = "slcpi outran its deadline and was stopped",
    [RPC_MEMORY] = "slcpi ran out of memory",
    [RPC_SIGNAL] = "slcpi was asked to stop by a signal",
    [RPC_BUG] = "slcpi met a bug in itself; its log on stderr has the details",
};

/* Libraries (lua-cjson) call exit when malloc fails; a director still gets its document. */
static void on_exit_without_answer(void) {
  if (!answered) rpc_last_words(RPC_MEMORY);
}

bool rpc_open(void) {
  for (int r = 0; r < RPC_REASONS; r++) rpc_prepare((rpc_reason)r, defaults[r], false);
  answer_fd = STDOUT_FILENO;
  if (atexit(on_exit_without_answer) != 0) return false;
  int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  if (fd < 0) return false;
  answer_fd = fd;
  return dup2(STDERR_FILENO, STDOUT_FILENO) >= 0;
}

/* Grows *text to hold one more chunk; the bound keeps the sum below RPC_MAX_REQUEST + chunk. */
static bool reserve(char **text, size_t *size, size_t need) {
  if (need <= *size) return true;
  size_t bigger = *size ? *size * 2 : FIRST_CHUNK;
  char *moved = realloc(*text, bigger);
  if (!moved) return false;
  *text = moved;
  *size = bigger;
  return true;
}

static void drain(void) {
  char waste[65536];
  ssize_t n;
  do {
    n = read(STDIN_FILENO, waste, sizeof waste);
  } while (n > 0 || (n < 0 && errno == EINTR));
}

rpc_status rpc_read(char **text, size_t *len) {
  size_t size = 0;
  *text = NULL;
  *len = 0;
  for (;;) {
    if (!reserve(text, &size, *len + 4096)) return drain(), RPC_NO_MEMORY;
    ssize_t n = read(STDIN_FILENO, *text + *len, size - *len - 1);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return RPC_UNREADABLE;
    if (n == 0) break;
    *len += (size_t)n;
    if (*len > RPC_MAX_REQUEST) return drain(), RPC_TOO_LARGE;
  }
  (*text)[*len] = '\0';
  return RPC_READ;
}

static bool write_all(int fd, const char *text, size_t len) {
  while (len > 0) {
    ssize_t n = write(fd, text, len);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    text += n;
    len -= (size_t)n;
  }
  return true;
}

bool rpc_write(const char *text, size_t len) {
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  bool first = !answered;
  answered = 1;
  bool taken = first && write_all(answer_fd, text, len) && write_all(answer_fd, "\n", 1);
  sigprocmask(SIG_SETMASK, &before, NULL);
  return taken;
}

/* Copies printable ASCII; quotes, backslashes and the rest would need escapes, so they become '?'
 * or a plain quote. Last words are short sentences of ours. */
static void plain_copy(char *to, size_t size, const char *from) {
  size_t n = 0;
  for (; *from && n + 1 < size; from++) {
    unsigned char c = (unsigned char)*from;
    to[n++] = c == '"' ? '\'' : c < 0x20 || c > 0x7e || c == '\\' ? '?' : (char)c;
  }
  to[n] = '\0';
}

void rpc_prepare(rpc_reason reason, const char *message, bool ok_to_retry) {
  char text[WORDS_SIZE / 2], document[WORDS_SIZE];
  plain_copy(text, sizeof text, message);
  int n = snprintf(
      document, sizeof document,
      "{\"error\":{\"message\":\"%s\",\"ok_to_retry\":%s,\"type\":\"Bosh::Clouds::CloudError\"},"
      "\"log\":\"\",\"result\":null}\n",
      text, ok_to_retry ? "true" : "false");
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  memcpy(words[reason], document, (size_t)n);
  words_len[reason] = (size_t)n;
  sigprocmask(SIG_SETMASK, &before, NULL);
}

_Noreturn void rpc_last_words(rpc_reason reason) {
  bool director = answer_fd >= 0;
  if (director && !answered) {
    answered = 1;
    write_all(answer_fd, words[reason], words_len[reason]);
  } else if (!director) {
    write_all(STDERR_FILENO, "slcpi: ", 7);
    write_all(STDERR_FILENO, defaults[reason], strlen(defaults[reason]));
    write_all(STDERR_FILENO, "\n", 1);
  }
  _exit(director ? 0 : 1);
}

_Noreturn void rpc_exit(int status) {
  if (answer_fd >= 0 && !answered) rpc_last_words(RPC_BUG);
  _exit(status);
}
