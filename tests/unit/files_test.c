/* core/files.c: files replaced whole or not at all, directories made with their parents. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/files.h"

static char root[] = "/tmp/files_test.XXXXXX";

static int fresh(void **state) {
  (void)state;
  memcpy(root + strlen(root) - 6, "XXXXXX", 6);
  return mkdtemp(root) && chdir(root) == 0 ? 0 : -1;
}

static int clear(void **state) {
  (void)state;
  char command[64];
  snprintf(command, sizeof command, "rm -rf %s", root);
  return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

static void assert_holds(const char *path, const char *text) {
  char held[64] = "";
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  size_t n = fread(held, 1, sizeof held - 1, file);
  fclose(file);
  assert_int_equal(n, strlen(text));
  assert_string_equal(held, text);
}

static void assert_only(const char *command_output, const char *wanted) {
  char text[256] = "";
  FILE *list = popen(command_output, "r");
  assert_non_null(list);
  assert_true(fread(text, 1, sizeof text - 1, list) > 0);
  pclose(list);
  assert_string_equal(text, wanted);
}

static void a_file_is_made_and_replaced(void **state) {
  (void)state;
  struct stat st;
  assert_true(files_write_atomic("a", "one", 3));
  assert_holds("a", "one");
  assert_int_equal(stat("a", &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600);
  assert_true(files_write_atomic("a", "", 0));
  assert_holds("a", "");
  assert_only("ls -A", "a\n");
}

static void a_link_is_replaced_and_not_followed(void **state) {
  (void)state;
  assert_true(files_write_atomic("target", "safe", 4));
  assert_int_equal(symlink("target", "a"), 0);
  assert_true(files_write_atomic("a", "new", 3));
  assert_holds("target", "safe");
  assert_holds("a", "new");
}

/* A write that fails half-way: the kernel stops the child at its file size limit. */
static int overflow(void) {
  struct rlimit limit = {10, 10};
  signal(SIGXFSZ, SIG_IGN);
  if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
  if (files_write_atomic("a", "much longer than ten bytes", 26)) return 3;
  return errno == EFBIG ? 0 : 4;
}

static void a_failed_write_leaves_the_old_file(void **state) {
  (void)state;
  int status = 0;
  assert_true(files_write_atomic("a", "old", 3));
  pid_t child = fork();
  if (child == 0) _exit(overflow());
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(WEXITSTATUS(status), 0);
  assert_holds("a", "old");
  assert_only("ls -A", "a\n");
}

static void failures_set_errno(void **state) {
  (void)state;
  char longest[5000];
  memset(longest, 'a', sizeof longest - 1);
  longest[sizeof longest - 1] = '\0';
  assert_false(files_write_atomic("no/such", "x", 1));
  assert_int_equal(errno, ENOENT);
  assert_false(files_write_atomic(longest, "x", 1));
  assert_int_equal(errno, ENAMETOOLONG);
  assert_false(files_mkdir(longest));
  assert_int_equal(errno, ENAMETOOLONG);
  assert_false(files_mkdir(""));
  assert_int_equal(errno, ENOENT);
  assert_int_equal(mkdir("dir", 0700), 0);
  assert_false(files_write_atomic("dir", "x", 1));
  assert_int_equal(errno, EISDIR);
  assert_only("ls -A", "dir\n");
}

static void directories_come_with_their_parents(void **state) {
  (void)state;
  struct stat st;
  assert_true(files_mkdir("a/b/c"));
  assert_true(files_mkdir("a/b/c"));
  assert_true(files_mkdir("a/b/c/"));
  assert_int_equal(stat("a/b", &st), 0);
  assert_int_equal(st.st_mode & 0777, 0700);
  assert_true(files_write_atomic("plain", "x", 1));
  assert_false(files_mkdir("plain"));
  assert_int_equal(errno, ENOTDIR);
  assert_false(files_mkdir("plain/sub"));
  assert_int_equal(errno, ENOTDIR);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, clear)
  const struct CMUnitTest tests[] = {
      TEST(a_file_is_made_and_replaced),         TEST(a_link_is_replaced_and_not_followed),
      TEST(a_failed_write_leaves_the_old_file),  TEST(failures_set_errno),
      TEST(directories_come_with_their_parents),
  };
  return cmocka_run_group_tests_name("files", tests, NULL, NULL);
}
