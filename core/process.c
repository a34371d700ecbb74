#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "limits.h"

typedef struct {
  const process_options *options;
  process_result *result;
  pid_t pid;
  int ended;        /* a pidfd: readable when the program has ended */
  int in, out, err; /* our ends of its pipes; -1: closed */
  size_t written;   /* of the input */
  double timeout;   /* on CLOCK_MONOTONIC */
} job;

static double monotonic(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void close_end(int *fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

/* --- start --- */

/* Opens a pipe, keeps its end `mine` (0 reads, 1 writes) and returns the program's; -1: failure. */
static int make_pipe(int *ours, int mine) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  *ours = ends[mine];
  fcntl(*ours, F_SETFL, O_NONBLOCK);
  return ends[1 - mine];
}

static bool make_pipes(job *j, int theirs[3]) {
  theirs[0] =
      j->options->input_len > 0 ? make_pipe(&j->in, 1) : open("/dev/null", O_RDONLY | O_CLOEXEC);
  theirs[1] = make_pipe(&j->out, 0);
  theirs[2] = make_pipe(&j->err, 0);
  return theirs[0] >= 0 && theirs[1] >= 0 && theirs[2] >= 0;
}

static int spawn(job *j, const int theirs[3]) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawn_file_actions_init(&actions);
  for (int i = 0; i < 3; i++) posix_spawn_file_actions_adddup2(&actions, theirs[i], i);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setsigmask(&attributes, &none);
  int failure = posix_spawnp(&j->pid, j->options->argv[0], &actions, &attributes, j->options->argv,
                             j->options->env);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failure;
}

/* The group dies before its leader is reaped: until then nobody else can have its number. */
static void finish(job *j) {
  int status = 0;
  kill(-j->pid, SIGKILL);
  while (waitpid(j->pid, &status, 0) < 0 && errno == EINTR) continue;
  j->result->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  j->result->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static bool start(job *j) {
  int theirs[3] = {-1, -1, -1};
  int failure = make_pipes(j, theirs) ? spawn(j, theirs) : errno;
  for (int i = 0; i < 3; i++) close_end(&theirs[i]);
  j->ended = failure ? -1 : pidfd_open(j->pid, 0);
  if (!failure && j->ended < 0) {
    failure = errno;
    finish(j);
  }
  j->result->error_number = failure;
  return failure == 0;
}

/* --- while it runs --- */

static void give(job *j) {
  const process_options *o = j->options;
  ssize_t n = write(j->in, o->input + j->written, o->input_len - j->written);
  if (n > 0) j->written += (size_t)n;
  bool unwanted = n < 0 && errno != EAGAIN && errno != EINTR;
  if (unwanted || j->written == o->input_len) close_end(&j->in);
}

/* One byte more than may come, so that it is seen when more comes. */
static bool make_room(process_output *output, size_t max_bytes) {
  if (output->len < output->size) return true;
  size_t size = output->size ? output->size * 2 : 4096;
  if (size > max_bytes + 1) size = max_bytes + 1;
  char *text = realloc(output->text, size);
  if (!text) return false;
  output->text = text;
  output->size = size;
  return true;
}

/* Takes what is there; PROCESS_ENDED: nothing is wrong. */
static process_end take(int *fd, process_output *output, size_t max_bytes) {
  while (*fd >= 0) {
    if (!make_room(output, max_bytes)) return PROCESS_NO_MEMORY;
    ssize_t n = read(*fd, output->text + output->len, output->size - output->len);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) break;
    if (n <= 0) close_end(fd);
    if (n > 0) output->len += (size_t)n;
    if (output->len > max_bytes) return PROCESS_TOO_LARGE;
  }
  return PROCESS_ENDED;
}

static process_end take_both(job *j) {
  process_end end = take(&j->out, &j->result->out, j->options->max_bytes);
  return end != PROCESS_ENDED ? end : take(&j->err, &j->result->err, j->options->max_bytes);
}

/* Serves its pipes until it has ended, or must. What it wrote before its end is in them by then. */
static process_end serve(job *j) {
  for (;;) {
    double allowed = limits_remaining(), left = j->timeout - monotonic();
    if (allowed <= 0) return PROCESS_STOPPED;
    if (left <= 0) return PROCESS_LATE;
    struct pollfd waits[] = {{j->ended, POLLIN, 0},
                             {j->in, POLLOUT, 0},
                             {j->out, POLLIN, 0},
                             {j->err, POLLIN, 0},
                             {limits_wake_fd(), POLLIN, 0}};
    if (poll(waits, sizeof waits / sizeof *waits,
             (int)ceil(fmin(fmin(allowed, left), 3600) * 1000)) < 0)
      continue;
    if (waits[1].revents) give(j);
    process_end end = take_both(j);
    if (end != PROCESS_ENDED || waits[0].revents) return end;
  }
}

void process_run(const process_options *options, process_result *result) {
  job j = {.options = options, .result = result, .ended = -1, .in = -1, .out = -1, .err = -1};
  *result = (process_result){.end = PROCESS_NOT_STARTED, .status = -1};
  j.timeout = monotonic() + options->timeout;
  signal(SIGCHLD, SIG_DFL); /* were it ignored, nothing would tell the exit status */
  if (start(&j)) {
    result->end = serve(&j);
    finish(&j);
  }
  close_end(&j.ended);
  close_end(&j.in);
  close_end(&j.out);
  close_end(&j.err);
}

void process_clear(process_result *result) {
  free(result->out.text);
  free(result->err.text);
  *result = (process_result){0};
}
