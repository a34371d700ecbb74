/* Runs a test's function in a child process, because signals, timers and descriptors belong to the
 * whole process and last words end it. What the child writes to fd 1 is kept. */
#ifndef SLCPI_TESTS_IN_CHILD_H
#define SLCPI_TESTS_IN_CHILD_H

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
  int status;        /* exit status, or -1 */
  char output[4096]; /* NUL-terminated */
} child_result;

static inline void child_collect(int fd, child_result *result) {
  size_t len = 0;
  ssize_t n;
  while (len < sizeof result->output - 1 &&
         (n = read(fd, result->output + len, sizeof result->output - 1 - len)) > 0) {
    len += (size_t)n;
  }
  result->output[len] = '\0';
}

/* `input` becomes the child's stdin when it is not NULL; it must fit into a pipe. */
static inline child_result in_child(int (*run)(void), const char *input) {
  child_result result = {-1, ""};
  int out[2], in[2], status;
  if (pipe(out) != 0 || pipe(in) != 0) return result;
  pid_t child = fork();
  if (child == 0) {
    dup2(out[1], STDOUT_FILENO);
    dup2(in[0], STDIN_FILENO);
    close(out[0]), close(out[1]), close(in[0]), close(in[1]);
    _exit(run());
  }
  close(out[1]), close(in[0]);
  if (input && write(in[1], input, strlen(input)) < 0) result.status = -2;
  close(in[1]);
  child_collect(out[0], &result);
  close(out[0]);
  if (waitpid(child, &status, 0) == child && WIFEXITED(status)) result.status = WEXITSTATUS(status);
  return result;
}

/* In a child: leaves with the line's number when the condition does not hold. */
#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) return __LINE__ % 250 + 1;                                                   \
  } while (0)

#endif
