/* core/embed.c: sources by name, and the trust that an overlay file needs. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/embed.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

static const char BUILTIN[] = "scripts/ping.lua";
static char root[] = "/tmp/embed_test.XXXXXX";

static void spill(const char *name, const char *text, mode_t mode) {
  FILE *file = fopen(name, "w");
  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
  assert_int_equal(chmod(name, mode), 0);
}

/* A fresh overlay with one good file; the tests run inside it. */
static int fresh(void **state) {
  (void)state;
  memcpy(root + strlen(root) - 6, "XXXXXX", 6);
  if (!mkdtemp(root) || chdir(root) != 0 || mkdir("scripts", 0755) != 0) return -1;
  spill(BUILTIN, "return 'mine'", 0644);
  return 0;
}

static int clear(void **state) {
  (void)state;
  char command[64];
  snprintf(command, sizeof command, "rm -rf %s", root);
  return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

static embed_result load(const char *name, embed_source *source, char error[EMBED_ERROR_SIZE]) {
  const embed_overlays overlays = {{{.path = root}}, 1};
  return embed_load(&overlays, name, source, error);
}

static embed_result result_of(const char *name) {
  embed_source source;
  char error[EMBED_ERROR_SIZE];
  embed_result result = load(name, &source, error);
  assert_int_equal(result == EMBED_REFUSED, *error != '\0');
  assert_int_equal(result == EMBED_FOUND, source.text != NULL);
  embed_release(&source);
  embed_release(&source);
  return result;
}

static void a_trusted_file_wins(void **state) {
  (void)state;
  embed_source source;
  char error[EMBED_ERROR_SIZE], chunk[600];
  assert_int_equal(load(BUILTIN, &source, error), EMBED_FOUND);
  assert_string_equal(source.text, "return 'mine'");
  snprintf(chunk, sizeof chunk, "@%s/%s", root, BUILTIN);
  assert_string_equal(source.chunk, chunk);
  embed_release(&source);
}

static void the_builtin_one_is_last(void **state) {
  (void)state;
  embed_source source;
  char error[EMBED_ERROR_SIZE];
  assert_int_equal(load("scripts/info.lua", &source, error), EMBED_FOUND);
  assert_string_equal(source.chunk, "@builtin/scripts/info.lua");
  assert_null(source.owned);
  assert_int_equal(result_of("scripts/no_such.lua"), EMBED_MISSING);
}

static void the_first_overlay_wins(void **state) {
  (void)state;
  char inner[64];
  snprintf(inner, sizeof inner, "%s/inner", root);
  assert_int_equal(mkdir("inner", 0755) | mkdir("inner/scripts", 0755), 0);
  spill("inner/scripts/ping.lua", "return 'inner'", 0644);
  const embed_overlays overlays = {{{.path = inner}, {.path = root}}, 2};
  embed_source source;
  char error[EMBED_ERROR_SIZE];
  assert_int_equal(embed_load(&overlays, BUILTIN, &source, error), EMBED_FOUND);
  assert_string_equal(source.text, "return 'inner'");
  embed_release(&source);
}

static void every_builtin_name_is_found(void **state) {
  (void)state;
  assert_true(embed_count > 20);
  for (size_t i = 0; i < embed_count; i++) {
    assert_ptr_equal(embed_find(embed_files[i].name), &embed_files[i]);
    assert_int_equal(strlen(embed_files[i].text), embed_files[i].len);
  }
}

static void names_walk_downwards_only(void **state) {
  (void)state;
  static const char *const bad[] = {"",
                                    "/etc/passwd",
                                    "../x.lua",
                                    "scripts/../scripts/ping.lua",
                                    "scripts/./ping.lua",
                                    "scripts//ping.lua",
                                    ".",
                                    "..",
                                    "scripts/",
                                    "/scripts/ping.lua",
                                    "scripts/.hidden",
                                    "./scripts/ping.lua"};
  spill("scripts/.hidden", "x", 0644);
  for (size_t i = 0; i < COUNT(bad); i++) assert_int_equal(result_of(bad[i]), EMBED_MISSING);
  char longest[300];
  memset(longest, 'a', sizeof longest - 1);
  longest[sizeof longest - 1] = '\0';
  assert_int_equal(result_of(longest), EMBED_MISSING);
}

static void others_must_not_write(void **state) {
  (void)state;
  static const mode_t modes[] = {0664, 0646, 0666, 0622, 0602, 0620, 0777};
  for (size_t i = 0; i < COUNT(modes); i++) {
    assert_int_equal(chmod(BUILTIN, modes[i]), 0);
    assert_int_equal(result_of(BUILTIN), EMBED_REFUSED);
  }
  assert_int_equal(chmod(BUILTIN, 0600), 0);
  static const char *const dirs[] = {"scripts", "."};
  for (size_t i = 0; i < COUNT(dirs); i++) {
    assert_int_equal(chmod(dirs[i], 0775), 0);
    assert_int_equal(result_of(BUILTIN), EMBED_REFUSED);
    assert_int_equal(chmod(dirs[i], 0757), 0);
    assert_int_equal(result_of(BUILTIN), EMBED_REFUSED);
    assert_int_equal(chmod(dirs[i], 01777), 0);
    assert_int_equal(result_of(BUILTIN), EMBED_REFUSED);
    assert_int_equal(chmod(dirs[i], 0755), 0);
  }
  assert_int_equal(result_of(BUILTIN), EMBED_FOUND);
}

static void others_must_not_own(void **state) {
  (void)state;
  if (geteuid() != 0) skip();
  assert_int_equal(chown(BUILTIN, 12345, 0), 0);
  assert_int_equal(result_of(BUILTIN), EMBED_REFUSED);
  assert_int_equal(chown(BUILTIN, 0, 0), 0);
  assert_int_equal(chown("scripts", 12345, 0), 0);
  assert_int_equal(result_of(BUILTIN), EMBED_REFUSED);
}

static void links_are_not_followed(void **state) {
  (void)state;
  assert_int_equal(rename(BUILTIN, "elsewhere.lua"), 0);
  assert_int_equal(symlink("../elsewhere.lua", BUILTIN), 0);
  assert_int_equal(result_of(BUILTIN), EMBED_REFUSED);
  assert_int_equal(unlink(BUILTIN), 0);
  assert_int_equal(symlink("/nowhere", BUILTIN), 0);
  assert_int_equal(result_of(BUILTIN), EMBED_REFUSED);
  assert_int_equal(unlink(BUILTIN), 0);
  assert_int_equal(rename("scripts", "real"), 0);
  assert_int_equal(symlink("real", "scripts"), 0);
  spill("real/ping.lua", "x", 0644);
  assert_int_equal(result_of(BUILTIN), EMBED_REFUSED);
}

static void only_regular_files_are_read(void **state) {
  (void)state;
  assert_int_equal(unlink(BUILTIN), 0);
  assert_int_equal(mkfifo(BUILTIN, 0644), 0); /* opening it must not wait for a writer */
  assert_int_equal(result_of(BUILTIN), EMBED_REFUSED);
  assert_int_equal(unlink(BUILTIN), 0);
  assert_int_equal(mkdir(BUILTIN, 0755), 0);
  assert_int_equal(result_of(BUILTIN), EMBED_REFUSED);
  assert_int_equal(rmdir(BUILTIN) | rmdir("scripts"), 0);
  spill("scripts", "x", 0644);
  assert_int_equal(result_of(BUILTIN), EMBED_REFUSED);
}

static void a_huge_file_is_refused(void **state) {
  (void)state;
  assert_int_equal(truncate(BUILTIN, EMBED_MAX_BYTES), 0);
  assert_int_equal(result_of(BUILTIN), EMBED_FOUND);
  assert_int_equal(truncate(BUILTIN, EMBED_MAX_BYTES + 1), 0);
  assert_int_equal(result_of(BUILTIN), EMBED_REFUSED);
  assert_int_equal(truncate(BUILTIN, 0), 0);
  assert_int_equal(result_of(BUILTIN), EMBED_FOUND);
}

static void a_missing_overlay_is_refused(void **state) {
  (void)state;
  const embed_overlays overlays = {{{.path = "/no/such/overlay"}}, 1};
  embed_source source;
  char error[EMBED_ERROR_SIZE];
  assert_int_equal(embed_load(&overlays, BUILTIN, &source, error), EMBED_REFUSED);
}

static embed_result file_result(const char *path, const char *chunk) {
  embed_source source;
  char error[EMBED_ERROR_SIZE];
  embed_result result = embed_load_file(path, &source, error);
  assert_int_equal(result == EMBED_REFUSED, *error != '\0');
  if (result == EMBED_FOUND) assert_string_equal(source.chunk, chunk);
  embed_release(&source);
  return result;
}

static void a_file_by_its_path_is_held_to_the_same(void **state) {
  (void)state;
  spill("mine.lua", "return 'file'", 0644);
  assert_int_equal(file_result("mine.lua", "@./mine.lua"), EMBED_FOUND);
  assert_int_equal(file_result("./scripts/ping.lua", "@./scripts/ping.lua"), EMBED_FOUND);
  assert_int_equal(file_result("scripts/none.lua", NULL), EMBED_MISSING);
  assert_int_equal(file_result("none/none.lua", NULL), EMBED_REFUSED);
  assert_int_equal(file_result("/none.lua", NULL), EMBED_MISSING);
  assert_int_equal(symlink("mine.lua", "link.lua"), 0);
  assert_int_equal(file_result("link.lua", NULL), EMBED_REFUSED);
  assert_int_equal(chmod("mine.lua", 0664), 0);
  assert_int_equal(file_result("mine.lua", NULL), EMBED_REFUSED);
  assert_int_equal(chmod("scripts", 0777), 0);
  assert_int_equal(file_result("scripts/ping.lua", NULL), EMBED_REFUSED);
}

static void texts_are_an_overlay_of_the_file_that_holds_them(void **state) {
  (void)state;
  static const embed_file texts[] = {{"lualib/x.lua", "x", 1}, {BUILTIN, "return 'text'", 13}};
  const embed_overlays overlays = {
      {{.path = "cpi.json", .texts = texts, .count = COUNT(texts)}, {.path = root}}, 2};
  embed_source source;
  char error[EMBED_ERROR_SIZE];
  assert_int_equal(embed_load(&overlays, BUILTIN, &source, error), EMBED_FOUND);
  assert_string_equal(source.text, "return 'text'");
  assert_string_equal(source.chunk, "@cpi.json/scripts/ping.lua");
  embed_release(&source);
  assert_int_equal(embed_load_overlay(overlays.list, "lualib/y.lua", &source, error),
                   EMBED_MISSING);
}

static void a_file_that_holds_an_overlay_is_held_to_the_same(void **state) {
  (void)state;
  char error[EMBED_ERROR_SIZE];
  spill("cpi.json", "{}", 0640);
  assert_true(embed_may_hold_overlay("cpi.json", error));
  assert_false(embed_may_hold_overlay("none.json", error));
  assert_string_equal(error, "the overlay none.json is not used: No such file or directory");
  assert_int_equal(chmod("cpi.json", 0660), 0);
  assert_false(embed_may_hold_overlay("cpi.json", error));
  assert_int_equal(chmod("cpi.json", 0640) | chmod(".", 0770), 0);
  assert_false(embed_may_hold_overlay("cpi.json", error));
  assert_int_equal(chmod(".", 0750) | symlink("cpi.json", "link.json"), 0);
  assert_false(embed_may_hold_overlay("link.json", error));
}

static void a_path_that_is_too_long_is_refused(void **state) {
  (void)state;
  static char path[8000];
  memset(path, 'x', sizeof path - 1);
  path[sizeof path - 3] = '/';
  assert_int_equal(file_result(path, NULL), EMBED_REFUSED);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, clear)
  const struct CMUnitTest tests[] = {
      TEST(a_trusted_file_wins),
      TEST(the_builtin_one_is_last),
      TEST(the_first_overlay_wins),
      TEST(every_builtin_name_is_found),
      TEST(names_walk_downwards_only),
      TEST(others_must_not_write),
      TEST(others_must_not_own),
      TEST(links_are_not_followed),
      TEST(only_regular_files_are_read),
      TEST(a_huge_file_is_refused),
      TEST(a_missing_overlay_is_refused),
      TEST(a_file_by_its_path_is_held_to_the_same),
      TEST(texts_are_an_overlay_of_the_file_that_holds_them),
      TEST(a_file_that_holds_an_overlay_is_held_to_the_same),
      TEST(a_path_that_is_too_long_is_refused),
  };
  return cmocka_run_group_tests_name("embed", tests, NULL, NULL);
}
