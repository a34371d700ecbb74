/* core/limits.c and core/clock.c: memory, deadline, signals, and the clock that jumps. */
#include <math.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/clock.h"
#include "core/limits.h"
#include "core/rpc.h"
#include "in_child.h"

static void memory_is_capped(void **state) {
  (void)state;
  limits_memory m = {0, 100};
  char *a = limits_alloc(&m, NULL, 5, 60); /* without a block the old size is a type, not a size */
  assert_non_null(a);
  assert_int_equal(m.used, 60);
  assert_null(limits_alloc(&m, NULL, 0, 41));
  char *b = limits_alloc(&m, NULL, 0, 40);
  assert_non_null(b);
  assert_null(limits_alloc(&m, a, 60, 61));
  assert_int_equal(m.used, 100);
  m.cap = 50; /* lowered below what is in use: nothing more, but shrinking and freeing work */
  assert_null(limits_alloc(&m, NULL, 0, 1));
  a = limits_alloc(&m, a, 60, 10);
  assert_non_null(a);
  assert_null(limits_alloc(&m, b, 40, 0));
  assert_int_equal(m.used, 10);
  assert_null(limits_alloc(&m, NULL, 0, SIZE_MAX));
  limits_alloc(&m, a, 10, 0);
  assert_int_equal(m.used, 0);
}

static int deadline(void) {
  CHECK(limits_remaining() == HUGE_VAL && !limits_expired());
  limits_start(100, 5); /* nobody catches signals yet: no deadline */
  CHECK(limits_remaining() == HUGE_VAL);
  CHECK(limits_catch_signals() && limits_due() == LIMITS_GO_ON);
  limits_start(100, 5);
  CHECK(limits_remaining() > 90 && limits_remaining() <= 100);
  limits_start(1e300, 5);
  CHECK(limits_remaining() > 1e8 && limits_due() == LIMITS_GO_ON);
  limits_start(0, 60);
  CHECK(limits_expired() && limits_remaining() <= 0 && limits_due() == LIMITS_DEADLINE);
  limits_start(100, 5); /* too late */
  CHECK(limits_expired());
  limits_report();
  CHECK(limits_due() == LIMITS_GO_ON); /* told once */
  CHECK(limits_remaining() > 50 && limits_remaining() < 60);
  return 0;
}

/* Each SIGINT of a session is told, and forgotten when it goes on; a SIGTERM is not. */
static int session(void) {
  CHECK(limits_catch_signals());
  struct pollfd wake = {limits_wake_fd(), POLLIN, 0};
  limits_begin_session();
  limits_start(0, 60);
  limits_report();
  CHECK(limits_due() == LIMITS_GO_ON && limits_expired());
  raise(SIGINT);
  limits_report();
  CHECK(limits_interrupted() && limits_due() == LIMITS_SIGNAL && poll(&wake, 1, 0) == 1);
  CHECK(limits_resume());
  CHECK(!limits_interrupted() && !limits_expired() && limits_due() == LIMITS_GO_ON);
  CHECK(poll(&wake, 1, 0) == 0 && limits_remaining() == HUGE_VAL);
  limits_start(100, 5);
  CHECK(limits_remaining() > 90);
  raise(SIGINT);
  raise(SIGTERM);
  CHECK(!limits_resume() && limits_interrupted());
  return 0;
}

static int interruption(void) {
  CHECK(limits_catch_signals());
  struct pollfd wake = {limits_wake_fd(), POLLIN, 0};
  CHECK(poll(&wake, 1, 0) == 0 && !limits_interrupted());
  limits_start(100, 5);
  raise(SIGTERM);
  raise(SIGINT);
  CHECK(limits_interrupted() && limits_due() == LIMITS_SIGNAL && limits_remaining() <= 0);
  CHECK(poll(&wake, 1, 0) == 1);
  virtual_clock clock = {.speed = 1};
  CHECK(!clock_sleep(&clock, 50) && !clock_sleep(&clock, 0) && !clock_pause(&clock, 50));
  limits_report();
  CHECK(limits_due() == LIMITS_GO_ON && limits_remaining() <= 0);
  return 0;
}

static int watchdog(void) {
  if (!rpc_open() || !limits_catch_signals()) return 1;
  rpc_prepare(RPC_DEADLINE, "too late", false);
  limits_start(0, 0);
  for (;;) poll(NULL, 0, 1000);
}

static int jumps(void) {
  CHECK(limits_catch_signals());
  virtual_clock clock = {.speed = 0};
  double start = clock_monotonic(&clock), epoch = clock_epoch(&clock);
  CHECK(clock_sleep(&clock, 5000));
  CHECK(clock_monotonic(&clock) - start >= 5000 && clock_monotonic(&clock) - start < 5060);
  CHECK(clock_epoch(&clock) - epoch >= 5000);
  clock_deadline(&clock, 100); /* counts from now, not from before the jump */
  CHECK(clock_remaining(&clock) > 40 && clock_remaining(&clock) <= 100);
  CHECK(clock_sleep(&clock, 30));
  CHECK(clock_remaining(&clock) <= 70);
  double left = clock_remaining(&clock);
  clock_replay(&clock, 86400, 1000);
  CHECK(fabs(clock_epoch(&clock) - 86400) < 1 && fabs(clock_monotonic(&clock) - 1000) < 1);
  CHECK(fabs(clock_remaining(&clock) - left) < 1);
  CHECK(!clock_sleep(&clock, 500) && limits_due() == LIMITS_DEADLINE);
  limits_report(); /* a rollback has its time whatever was skipped */
  CHECK(clock_remaining(&clock) > 3 && clock_remaining(&clock) < 5);
  CHECK(clock_sleep(&clock, 1) && !clock_sleep(&clock, 500));
  return 0;
}

static int scales(void) {
  CHECK(limits_catch_signals());
  virtual_clock clock = {.speed = 1e6};
  clock_deadline(&clock, 3e6);
  CHECK(clock_remaining(&clock) > 1e6 && clock_remaining(&clock) <= 3e6);
  double start = clock_monotonic(&clock);
  CHECK(clock_sleep(&clock, 1000));
  CHECK(clock_monotonic(&clock) - start >= 1000);
  CHECK(clock_epoch(&clock) > 1767225600); /* the same for every process of this speed */
  return 0;
}

/* Against a virtual clock of any speed. */
static int pauses_at(double speed) {
  CHECK(limits_catch_signals());
  virtual_clock clock = {.speed = speed};
  double start = clock_boottime();
  CHECK(clock_pause(&clock, 0.05) && clock_pause(&clock, -1));
  double took = clock_boottime() - start;
  CHECK(took >= 0.05 && took < 5);
  limits_start(0.05, 60);
  CHECK(!clock_pause(&clock, 50) && clock_boottime() - start < 10);
  CHECK(limits_due() == LIMITS_DEADLINE);
  return 0;
}

static int pauses(void) {
  return pauses_at(1);
}

static int pauses_fast(void) {
  return pauses_at(1e6);
}

static int pauses_at_speed_0(void) {
  return pauses_at(0);
}

static void assert_fine(int (*run)(void)) {
  assert_int_equal(in_child(run, NULL).status, 0);
}

static void a_deadline_is_told_once(void **state) {
  (void)state;
  assert_fine(deadline);
}

static void a_signal_ends_every_wait(void **state) {
  (void)state;
  assert_fine(interruption);
}

static void the_watchdog_answers(void **state) {
  (void)state;
  child_result result = in_child(watchdog, NULL);
  assert_int_equal(result.status, 0);
  assert_non_null(strstr(result.output, "\"message\":\"too late\""));
}

static void a_session_goes_on_after_sigint(void **state) {
  (void)state;
  assert_fine(session);
}

static void at_speed_0_a_sleep_is_a_jump(void **state) {
  (void)state;
  assert_fine(jumps);
}

static void speed_scales_sleeps_and_deadlines(void **state) {
  (void)state;
  assert_fine(scales);
}

static void a_pause_is_real_at_every_speed(void **state) {
  (void)state;
  assert_fine(pauses);
  assert_fine(pauses_fast);
  assert_fine(pauses_at_speed_0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(memory_is_capped),
      cmocka_unit_test(a_deadline_is_told_once),
      cmocka_unit_test(a_signal_ends_every_wait),
      cmocka_unit_test(the_watchdog_answers),
      cmocka_unit_test(a_session_goes_on_after_sigint),
      cmocka_unit_test(at_speed_0_a_sleep_is_a_jump),
      cmocka_unit_test(speed_scales_sleeps_and_deadlines),
      cmocka_unit_test(a_pause_is_real_at_every_speed),
  };
  return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
