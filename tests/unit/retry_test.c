/* core/retry.c: the arithmetic of delays. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <limits.h>
#include <cmocka.h>

#include "core/retry.h"

static const retry_policy policy = {6, 0.5, 20};

static void delays_double_up_to_the_cap(void **state) {
  (void)state;
  static const double ceilings[] = {0.5, 1, 2, 4, 8};
  for (int attempt = 1; attempt <= 5; attempt++) {
    double ceiling = ceilings[attempt - 1];
    assert_true(fabs(retry_delay(&policy, attempt, -1, 0.5) - ceiling / 2) < 1e-12);
    assert_true(retry_delay(&policy, attempt, -1, 0.0) >= 0);
    assert_true(retry_delay(&policy, attempt, -1, 0.999999) < ceiling);
  }
  const retry_policy patient = {INT_MAX, 0.5, 20};
  for (int attempt = 7; attempt < 10000; attempt += 13)
    assert_true(retry_delay(&patient, attempt, -1, 0.999) <= 20);
  assert_true(retry_delay(&patient, INT_MAX - 1, -1, 0.999) <= 20);
}

static void the_last_attempt_is_the_last(void **state) {
  (void)state;
  static const int none[] = {6, 7, INT_MAX, 0, -1, INT_MIN};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++)
    assert_true(retry_delay(&policy, none[i], 5, 0.5) < 0);
}

static void the_server_may_ask_for_more(void **state) {
  (void)state;
  assert_true(retry_delay(&policy, 1, 30, 0.5) >= 30);
  assert_true(retry_delay(&policy, 5, 0.001, 0.5) >= 4); /* a lower bound only */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(delays_double_up_to_the_cap),
      cmocka_unit_test(the_last_attempt_is_the_last),
      cmocka_unit_test(the_server_may_ask_for_more),
  };
  return cmocka_run_group_tests_name("retry", tests, NULL, NULL);
}
