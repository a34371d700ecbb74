#include "limits.h"
#include "rpc.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* What the handlers need; the only mutable state of this unit. */
static volatile sig_atomic_t signalled; /* the signal that asked us to stop, or 0 */
static int wake_pipe[2] = {-1, -1};
static timer_t watchdog;
static volatile sig_atomic_t watching;
static double deadline = HUGE_VAL, limit = HUGE_VAL; /* on CLOCK_MONOTONIC; limit = the watchdog */
static volatile sig_atomic_t reported;
static bool in_session; /* set before there is anything to interrupt */

static const double SIGNAL_GRACE = 1.5; /* a director that sends SIGTERM expects us gone in 2 s */

static const double RESERVE = 1; /* of the grace: for the records and the answer, not for waiting */

static const double LONGEST = 1e9; /* seconds; what a timer surely takes */

static double monotonic(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static struct itimerspec in_seconds(double seconds) {
  double whole = floor(seconds);
  struct itimerspec when = {.it_value = {(time_t)whole, (long)((seconds - whole) * 1e9)}};
  if (when.it_value.tv_sec == 0 && when.it_value.tv_nsec == 0) when.it_value.tv_nsec = 1;
  return when;
}

/* The watchdog can only come sooner: an expired deadline keeps its own time. */
static void hasten_watchdog(void) {
  struct itimerspec soon = in_seconds(SIGNAL_GRACE), left;
  bool armed =
      timer_gettime(watchdog, &left) == 0 && (left.it_value.tv_sec || left.it_value.tv_nsec);
  if (!armed || left.it_value.tv_sec >= soon.it_value.tv_sec)
    timer_settime(watchdog, 0, &soon, NULL);
}

static void on_stop(int signal_number) {
  int saved = errno;
  bool again = in_session && signalled == SIGINT;
  if (!signalled || again) {
    signalled = signal_number;
    ssize_t ignored = write(wake_pipe[1], "!", 1);
    (void)ignored;
    if (watching && !(in_session && signal_number == SIGINT)) hasten_watchdog();
  }
  errno = saved;
}

static void on_watchdog(int signal_number) {
  (void)signal_number;
  rpc_last_words(signalled ? RPC_SIGNAL : RPC_DEADLINE);
}

static bool handle(int signal_number, void (*handler)(int)) {
  struct sigaction action = {.sa_handler = handler};
  sigfillset(&action.sa_mask);
  return sigaction(signal_number, &action, NULL) == 0;
}

bool limits_catch_signals(void) {
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
  if (pipe2(wake_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return false;
  if (timer_create(CLOCK_MONOTONIC, &event, &watchdog) != 0) return false;
  watching = 1;
  return handle(SIGALRM, on_watchdog) && handle(SIGTERM, on_stop) && handle(SIGINT, on_stop) &&
         handle(SIGHUP, on_stop) && handle(SIGPIPE, SIG_IGN);
}

void limits_begin_session(void) {
  in_session = true;
}

bool limits_resume(void) {
  static const struct itimerspec never;
  char waste[64];
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  bool goes_on = !signalled || signalled == SIGINT;
  if (goes_on) {
    while (read(wake_pipe[0], waste, sizeof waste) > 0) continue;
    if (watching) timer_settime(watchdog, 0, &never, NULL);
    signalled = reported = 0;
    deadline = limit = HUGE_VAL;
  }
  sigprocmask(SIG_SETMASK, &before, NULL);
  return goes_on;
}

int limits_wake_fd(void) {
  return wake_pipe[0];
}

bool limits_interrupted(void) {
  return signalled != 0;
}

void limits_start(double seconds, double grace) {
  double now = monotonic();
  if (!watching || now >= deadline) return;
  seconds = fmin(seconds, LONGEST);
  deadline = now + seconds;
  limit = deadline + grace;
  struct itimerspec when = in_seconds(seconds + grace);
  if (!signalled) timer_settime(watchdog, 0, &when, NULL);
}

bool limits_expired(void) {
  return monotonic() >= deadline;
}

double limits_remaining(void) {
  if (deadline == HUGE_VAL && !signalled) return HUGE_VAL;
  double end = reported ? limit - RESERVE : deadline;
  if (signalled) end = 0;
  return fmax(0, end - monotonic());
}

/* In a session nothing is rolled back after a Ctrl-C, and what runs may catch every error: it is
 * told until the session resumes. */
limits_stop limits_due(void) {
  if (in_session && signalled == SIGINT) return LIMITS_SIGNAL;
  if (reported) return LIMITS_GO_ON;
  if (signalled) return LIMITS_SIGNAL;
  return limits_expired() ? LIMITS_DEADLINE : LIMITS_GO_ON;
}

void limits_report(void) {
  reported = signalled || limits_expired();
}

void *limits_alloc(void *memory, void *block, size_t old_size, size_t new_size) {
  limits_memory *m = memory;
  size_t held = block ? old_size : 0;
  if (new_size == 0) {
    free(block);
    m->used -= held;
    return NULL;
  }
  size_t room = m->used < m->cap ? m->cap - m->used : 0; /* the cap may have been lowered since */
  if (new_size > held && new_size - held > room) return NULL;
  void *moved = realloc(block, new_size);
  if (moved) m->used = m->used - held + new_size;
  return moved;
}
