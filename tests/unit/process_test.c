/* core/process.c: a program is fed, read and ended, whatever it does. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/limits.h"
#include "core/process.h"
#include "in_child.h"

enum { LARGE = 1 << 20 };

static char *const bare[] = {(char *)"PATH=/usr/bin:/bin", NULL};

static process_result run_with(char *const *argv, process_options options) {
  process_result result;
  options.argv = argv;
  options.env = bare;
  if (options.timeout == 0) options.timeout = 30;
  if (options.max_bytes == 0) options.max_bytes = LARGE;
  process_run(&options, &result);
  return result;
}

static process_result shell(const char *command, process_options options) {
  char *argv[] = {(char *)"sh", (char *)"-c", (char *)(size_t)command, NULL};
  return run_with(argv, options);
}

static void assert_text(const process_output *output, const char *text) {
  assert_int_equal(output->len, strlen(text));
  if (output->len > 0) assert_memory_equal(output->text, text, output->len);
}

static void check_output(const char *command, const char *out, const char *err) {
  process_result result = shell(command, (process_options){0});
  assert_int_equal(result.end, PROCESS_ENDED);
  assert_text(&result.out, out);
  assert_text(&result.err, err);
  process_clear(&result);
}

static void status_and_both_outputs_are_kept(void **state) {
  (void)state;
  process_result result = shell("echo out; echo err >&2; exit 3", (process_options){0});
  assert_int_equal(result.end, PROCESS_ENDED);
  assert_int_equal(result.status, 3);
  assert_int_equal(result.signal, 0);
  assert_text(&result.out, "out\n");
  assert_text(&result.err, "err\n");
  process_clear(&result);
}

static void a_signal_is_told(void **state) {
  (void)state;
  process_result result = shell("kill -SEGV $$", (process_options){0});
  assert_int_equal(result.end, PROCESS_ENDED);
  assert_int_equal(result.signal, SIGSEGV);
  assert_int_equal(result.status, -1);
  process_clear(&result);
}

static void words_are_no_shell_text(void **state) {
  (void)state;
  char *argv[] = {(char *)"printf", (char *)"%s|",  (char *)"$HOME",
                  (char *)"a b",    (char *)"`id`", NULL};
  process_result result = run_with(argv, (process_options){0});
  assert_text(&result.out, "$HOME|a b|`id`|");
  process_clear(&result);
}

static void much_on_both_pipes_comes_whole(void **state) {
  (void)state;
  process_result result = shell("head -c 900000 /dev/zero; head -c 900000 /dev/zero >&2; "
                                "head -c 100000 /dev/zero",
                                (process_options){0});
  assert_int_equal(result.end, PROCESS_ENDED);
  assert_int_equal(result.out.len, 1000000);
  assert_int_equal(result.err.len, 900000);
  process_clear(&result);
}

static void exactly_max_bytes_is_not_too_much(void **state) {
  (void)state;
  process_result result = shell("printf 12345", (process_options){.max_bytes = 5});
  assert_int_equal(result.end, PROCESS_ENDED);
  assert_text(&result.out, "12345");
  process_clear(&result);
  result = shell("printf 123456 >&2", (process_options){.max_bytes = 5});
  assert_int_equal(result.end, PROCESS_TOO_LARGE);
  process_clear(&result);
}

static void endless_output_ends_at_max_bytes(void **state) {
  (void)state;
  process_result result = shell("yes", (process_options){.max_bytes = 100000});
  assert_int_equal(result.end, PROCESS_TOO_LARGE);
  assert_true(result.out.len <= 100001);
  process_clear(&result);
}

static char *filled(size_t n) {
  char *text = malloc(n);
  assert_non_null(text);
  for (size_t i = 0; i < n; i++) text[i] = (char)('a' + i % 26);
  return text;
}

static void stdin_larger_than_the_pipe_comes_back(void **state) {
  (void)state;
  char *text = filled(LARGE);
  process_result result = shell("cat", (process_options){.input = text, .input_len = LARGE});
  assert_int_equal(result.end, PROCESS_ENDED);
  assert_int_equal(result.out.len, LARGE);
  assert_memory_equal(result.out.text, text, LARGE);
  process_clear(&result);
  free(text);
}

static void stdin_that_nobody_reads_is_no_error(void **state) {
  (void)state;
  char *text = filled(LARGE);
  process_options options = {.input = text, .input_len = LARGE};
  process_result result = shell("exec <&-; echo done", options);
  assert_int_equal(result.end, PROCESS_ENDED);
  assert_int_equal(result.status, 0);
  assert_text(&result.out, "done\n");
  process_clear(&result);
  free(text);
}

static void without_stdin_there_is_an_end_at_once(void **state) {
  (void)state;
  check_output("cat; echo end", "end\n", "");
}

static void a_missing_program_is_told(void **state) {
  (void)state;
  char *argv[] = {(char *)"no-such-program-here", NULL};
  process_result result = run_with(argv, (process_options){0});
  assert_int_equal(result.end, PROCESS_NOT_STARTED);
  assert_int_equal(result.error_number, ENOENT);
  process_clear(&result);
}

static void a_text_file_is_not_given_to_a_shell(void **state) {
  (void)state;
  char path[] = "/tmp/process_test.XXXXXX";
  int fd = mkstemp(path);
  assert_int_equal(write(fd, "echo run\n", 9), 9);
  assert_int_equal(fchmod(fd, 0700), 0);
  close(fd);
  char *argv[] = {path, NULL};
  process_result result = run_with(argv, (process_options){0});
  unlink(path);
  assert_int_equal(result.end, PROCESS_NOT_STARTED);
  assert_int_equal(result.error_number, ENOEXEC);
  process_clear(&result);
}

static void it_gets_the_environment_that_is_given(void **state) {
  (void)state;
  setenv("SLCPI_TEST_SECRET", "canary", 1);
  char *argv[] = {(char *)"env", NULL};
  process_result result = run_with(argv, (process_options){0});
  assert_text(&result.out, "PATH=/usr/bin:/bin\n");
  process_clear(&result);
}

static void no_descriptor_of_ours_is_inherited(void **state) {
  (void)state;
  int leaky = open("/dev/null", O_RDONLY); /* without O_CLOEXEC, as from whoever started us */
  assert_true(dup2(leaky, 77) == 77);
  process_result result = shell("test -e /proc/$$/fd/77 || echo closed", (process_options){0});
  close(77);
  close(leaky);
  assert_text(&result.out, "closed\n");
  process_clear(&result);
}

static int descriptors(void) {
  int n = 0;
  DIR *dir = opendir("/proc/self/fd");
  assert_non_null(dir);
  while (readdir(dir)) n++;
  closedir(dir);
  return n;
}

static void nothing_stays_open_however_it_ends(void **state) {
  (void)state;
  static const char *const commands[] = {"true", "yes", "sleep 60", "exec <&-",
                                         "exec >&- 2>&-; true"};
  char *argv[] = {(char *)"no-such-program-here", NULL};
  int before = descriptors();
  for (size_t i = 0; i < 5; i++) {
    process_options options = {.timeout = 0.2, .max_bytes = 1000, .input = "x", .input_len = 1};
    process_result result = shell(commands[i], options);
    process_clear(&result);
  }
  process_result result = run_with(argv, (process_options){0});
  process_clear(&result);
  assert_int_equal(descriptors(), before);
  assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nor a zombie */
  assert_int_equal(errno, ECHILD);
}

/* Dead, or a zombie whose parent is not us. */
static bool is_dead(long pid) {
  char path[64], text[512] = "";
  snprintf(path, sizeof path, "/proc/%ld/stat", pid);
  FILE *file = fopen(path, "r");
  if (!file) return true;
  size_t n = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  const char *end = n > 0 ? strrchr(text, ')') : NULL;
  return !end || end[2] == 'Z' || end[2] == 'X';
}

static void assert_dies(const process_output *output) {
  char text[32] = "";
  assert_true(output->len > 0 && output->len < sizeof text);
  memcpy(text, output->text, output->len);
  long pid = strtol(text, NULL, 10);
  assert_true(pid > 1);
  for (int i = 0; i < 200 && !is_dead(pid); i++) poll(NULL, 0, 10);
  assert_true(is_dead(pid));
}

static void the_timeout_kills_grandchildren(void **state) {
  (void)state;
  process_options options = {.timeout = 0.3};
  process_result result =
      shell("trap '' TERM; sh -c 'trap \"\" TERM; sleep 300' & echo $!; wait", options);
  assert_int_equal(result.end, PROCESS_LATE);
  assert_dies(&result.out);
  process_clear(&result);
}

static void who_stays_behind_holds_up_nobody_and_is_killed(void **state) {
  (void)state;
  process_result result = shell("sleep 300 & echo $!", (process_options){0});
  assert_int_equal(result.end, PROCESS_ENDED);
  assert_int_equal(result.status, 0);
  assert_dies(&result.out);
  process_clear(&result);
}

static int ignored_children(void) {
  signal(SIGCHLD, SIG_IGN);
  process_result result = shell("exit 5", (process_options){0});
  CHECK(result.end == PROCESS_ENDED);
  CHECK(result.status == 5);
  process_clear(&result);
  return 0;
}

static void an_ignored_sigchld_hides_no_status(void **state) {
  (void)state;
  assert_int_equal(in_child(ignored_children, NULL).status, 0);
}

static int closed_standard(void) {
  for (int fd = 2; fd >= 0; fd--) {
    close(fd); /* one more each time */
    for (size_t len = 0; len <= 2; len += 2) {
      process_options options = {.input = "in", .input_len = len};
      process_result result = shell("cat; echo err >&2", options);
      CHECK(result.end == PROCESS_ENDED);
      CHECK(result.out.len == len && (len == 0 || memcmp(result.out.text, "in", len) == 0));
      CHECK(result.err.len == 4);
      process_clear(&result);
    }
  }
  return 0;
}

static void closed_descriptors_of_ours_do_no_harm(void **state) {
  (void)state;
  assert_int_equal(in_child(closed_standard, NULL).status, 0);
}

static int at_the_deadline(void) {
  CHECK(limits_catch_signals());
  limits_start(0.2, 20);
  process_result result = shell("sleep 300 & echo $!; wait", (process_options){0});
  CHECK(result.end == PROCESS_STOPPED);
  CHECK(result.out.len > 0);
  process_clear(&result);
  return 0;
}

static void the_deadline_ends_it(void **state) {
  (void)state;
  assert_int_equal(in_child(at_the_deadline, NULL).status, 0);
}

static int at_a_signal(void) {
  CHECK(limits_catch_signals());
  char command[64];
  snprintf(command, sizeof command, "kill -TERM %d; sleep 300", (int)getpid());
  process_result result = shell(command, (process_options){0});
  CHECK(result.end == PROCESS_STOPPED);
  process_clear(&result);
  return 0;
}

static void a_signal_to_us_ends_it(void **state) {
  (void)state;
  assert_int_equal(in_child(at_a_signal, NULL).status, 0);
}

static void our_ignored_signals_are_not_its(void **state) {
  (void)state;
  check_output("trap - PIPE; (kill -PIPE $$) ; echo alive", "", "");
}

static int ready(void **state) {
  (void)state;
  return limits_catch_signals() ? 0 : -1;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(status_and_both_outputs_are_kept),
      cmocka_unit_test(a_signal_is_told),
      cmocka_unit_test(words_are_no_shell_text),
      cmocka_unit_test(much_on_both_pipes_comes_whole),
      cmocka_unit_test(exactly_max_bytes_is_not_too_much),
      cmocka_unit_test(endless_output_ends_at_max_bytes),
      cmocka_unit_test(stdin_larger_than_the_pipe_comes_back),
      cmocka_unit_test(stdin_that_nobody_reads_is_no_error),
      cmocka_unit_test(without_stdin_there_is_an_end_at_once),
      cmocka_unit_test(a_missing_program_is_told),
      cmocka_unit_test(a_text_file_is_not_given_to_a_shell),
      cmocka_unit_test(it_gets_the_environment_that_is_given),
      cmocka_unit_test(no_descriptor_of_ours_is_inherited),
      cmocka_unit_test(nothing_stays_open_however_it_ends),
      cmocka_unit_test(the_timeout_kills_grandchildren),
      cmocka_unit_test(who_stays_behind_holds_up_nobody_and_is_killed),
      cmocka_unit_test(an_ignored_sigchld_hides_no_status),
      cmocka_unit_test(closed_descriptors_of_ours_do_no_harm),
      cmocka_unit_test(the_deadline_ends_it),
      cmocka_unit_test(a_signal_to_us_ends_it),
      cmocka_unit_test(our_ignored_signals_are_not_its),
  };
  return cmocka_run_group_tests(tests, ready, NULL);
}
