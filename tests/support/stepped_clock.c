/* A clock on the wall that is set, preloaded into slcpi: from its CLOCK_STEP_AT-th reading on it
 * shows CLOCK_STEP seconds more, or fewer. The clocks that nobody can set stay as they are. */
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long step, left;

__attribute__((constructor)) static void begin(void) {
  const char *seconds = getenv("CLOCK_STEP"), *at = getenv("CLOCK_STEP_AT");
  step = seconds ? strtol(seconds, NULL, 10) : 0;
  left = at ? strtol(at, NULL, 10) : 1;
}

static long offset(void) {
  if (left > 1) return left--, 0;
  return step;
}

int clock_gettime(clockid_t id, struct timespec *now) {
  int failed = (int)syscall(SYS_clock_gettime, id, now);
  if (!failed && id == CLOCK_REALTIME) now->tv_sec += offset();
  return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  (void)zone;
  struct timespec precise;
  int failed = clock_gettime(CLOCK_REALTIME, &precise);
  *now = (struct timeval){precise.tv_sec, precise.tv_nsec / 1000};
  return failed;
}

time_t time(time_t *result) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (result) *result = now.tv_sec;
  return now.tv_sec;
}
