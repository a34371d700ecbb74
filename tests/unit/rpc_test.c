/* core/rpc.c: one request in, one document out, whatever else is printed. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/json.h"
#include "core/rpc.h"
#include "in_child.h"

static int answer_twice(void) {
  char *text;
  size_t len;
  int null = open("/dev/null", O_WRONLY);
  CHECK(null >= 0 && dup2(null, STDERR_FILENO) >= 0);
  CHECK(rpc_open());
  CHECK(rpc_read(&text, &len) == RPC_READ && len == 5 && strcmp(text, "hello") == 0);
  free(text);
  CHECK(write(STDOUT_FILENO, "stray", 5) == 5); /* fd 1 is stderr now */
  CHECK(rpc_write("{}", 2));
  CHECK(!rpc_write("{}", 2));
  rpc_last_words(RPC_BUG);
}

static int answer_nobody(void) {
  signal(SIGPIPE, SIG_IGN);
  int ends[2];
  CHECK(pipe(ends) == 0 && dup2(ends[1], STDOUT_FILENO) >= 0);
  close(ends[0]), close(ends[1]);
  CHECK(rpc_open());
  CHECK(!rpc_write("{}", 2));
  return 0;
}

static int read_empty(void) {
  char *text;
  size_t len;
  CHECK(rpc_read(&text, &len) == RPC_READ && len == 0 && *text == '\0');
  free(text);
  return 0;
}

static int say_something_odd(void) {
  char message[3000];
  for (size_t i = 0; i < sizeof message; i++) message[i] = (char)(i % 255 + 1);
  message[sizeof message - 1] = '\0';
  CHECK(rpc_open());
  rpc_prepare(RPC_SIGNAL, message, true);
  rpc_last_words(RPC_SIGNAL);
}

static int say_the_default(void) {
  CHECK(rpc_open());
  rpc_last_words(RPC_MEMORY);
}

static int exit_as_a_library_does(void) {
  CHECK(rpc_open());
  exit(EXIT_FAILURE);
}

static void assert_is_json(const char *text) {
  json_buf out = {.cap = 65536};
  json_error error;
  size_t len = strlen(text);
  assert_true(len > 0 && text[len - 1] == '\n');
  assert_true(json_scan(text, len, &out, &error));
  json_buf_free(&out);
}

static void only_the_first_answer_is_written(void **state) {
  (void)state;
  child_result result = in_child(answer_twice, "hello");
  assert_int_equal(result.status, 0);
  assert_string_equal(result.output, "{}\n");
}

static void a_lost_answer_is_noticed(void **state) {
  (void)state;
  assert_int_equal(in_child(answer_nobody, NULL).status, 0);
}

static void empty_input_is_empty_text(void **state) {
  (void)state;
  assert_int_equal(in_child(read_empty, NULL).status, 0);
}

static void last_words_are_json_whatever_they_say(void **state) {
  (void)state;
  child_result result = in_child(say_something_odd, NULL);
  assert_int_equal(result.status, 0);
  assert_is_json(result.output);
  assert_non_null(strstr(result.output, "\"ok_to_retry\":true"));
  result = in_child(say_the_default, NULL);
  assert_is_json(result.output);
  assert_non_null(strstr(result.output, "ran out of memory"));
}

static int end_without_an_answer(void) {
  CHECK(rpc_open());
  rpc_exit(EXIT_FAILURE);
}

static int answer_and_end(void) {
  CHECK(rpc_open());
  CHECK(rpc_write("{}", 2));
  CHECK(atexit(abort) == 0); /* as a library may that has no memory then */
  rpc_exit(3);
}

static void an_end_without_an_answer_leaves_one(void **state) {
  (void)state;
  child_result result = in_child(end_without_an_answer, NULL);
  assert_int_equal(result.status, 0);
  assert_is_json(result.output);
}

static void an_end_after_the_answer_runs_nothing_of_libraries(void **state) {
  (void)state;
  child_result result = in_child(answer_and_end, NULL);
  assert_int_equal(result.status, 3);
  assert_string_equal(result.output, "{}\n");
}

static void who_exits_leaves_an_answer(void **state) {
  (void)state;
  child_result result = in_child(exit_as_a_library_does, NULL);
  assert_int_equal(result.status, 0);
  assert_is_json(result.output);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(only_the_first_answer_is_written),
      cmocka_unit_test(a_lost_answer_is_noticed),
      cmocka_unit_test(empty_input_is_empty_text),
      cmocka_unit_test(last_words_are_json_whatever_they_say),
      cmocka_unit_test(who_exits_leaves_an_answer),
      cmocka_unit_test(an_end_without_an_answer_leaves_one),
      cmocka_unit_test(an_end_after_the_answer_runs_nothing_of_libraries),
  };
  return cmocka_run_group_tests_name("rpc", tests, NULL, NULL);
}
