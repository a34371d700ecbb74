#include "clock.h"
#include "limits.h"

#include <math.h>
#include <poll.h>
#include <time.h>

/* Where scaled time starts: processes at one speed must agree on it. 2026-01-01T00:00:00Z. */
static const double SCALED_START = 1767225600;

static double read_clock(clockid_t id) {
  struct timespec now;
  clock_gettime(id, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double factor(const virtual_clock *clock) {
  return clock->speed > 0 ? clock->speed : 1;
}

double clock_monotonic(const virtual_clock *clock) {
  return read_clock(CLOCK_MONOTONIC) * factor(clock) + clock->skipped + clock->uptime;
}

double clock_epoch(const virtual_clock *clock) {
  double now = read_clock(CLOCK_REALTIME);
  if (factor(clock) != 1) now = SCALED_START + (now - SCALED_START) * factor(clock);
  return now + clock->skipped + clock->wall;
}

void clock_replay(virtual_clock *clock, double epoch, double monotonic) {
  clock->replays = true;
  clock->wall += epoch - clock_epoch(clock);
  clock->uptime += monotonic - clock_monotonic(clock);
}

double clock_boottime(void) {
  return read_clock(CLOCK_BOOTTIME);
}

double clock_remaining(const virtual_clock *clock) {
  double real = limits_remaining();
  return real == HUGE_VAL ? real : fmax(0, real * factor(clock) - clock->skipped);
}

void clock_deadline(virtual_clock *clock, double seconds) {
  limits_start((seconds + clock->skipped) / factor(clock), CLOCK_GRACE);
}

/* The clock jumps; a jump past the deadline is the deadline, and the time after it is not skipped.
 */
static bool skip(virtual_clock *clock, double seconds) {
  bool in_time = seconds < clock_remaining(clock);
  clock->skipped += seconds;
  if (!in_time) limits_start(0, CLOCK_GRACE + clock->skipped / factor(clock));
  return in_time && !limits_interrupted();
}

bool clock_pause(const virtual_clock *clock, double seconds) {
  double end = read_clock(CLOCK_MONOTONIC) + seconds;
  struct pollfd wake = {limits_wake_fd(), POLLIN, 0};
  for (;;) {
    double wanted = end - read_clock(CLOCK_MONOTONIC);
    double allowed = clock_remaining(clock) / factor(clock);
    if (limits_interrupted()) return false;
    if (wanted <= 0) return true;
    if (allowed <= 0) return false;
    poll(&wake, 1, (int)ceil(fmin(fmin(wanted, allowed), 3600) * 1000));
  }
}

bool clock_sleep(virtual_clock *clock, double seconds) {
  if (seconds <= 0) return !limits_interrupted();
  if (clock->speed <= 0 || clock->replays) return skip(clock, seconds);
  return clock_pause(clock, seconds / clock->speed);
}
