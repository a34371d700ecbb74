/* core/cas.c: where certificate authorities are looked for. The places are absolute, so each test
 * runs in a child that has a folder of its own as root. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/cas.h"
#include "in_child.h"

static char root[] = "/tmp/cas_test.XXXXXX";

/* Makes an empty file and the folders on its path. */
static void touch(const char *path) {
  char folder[256];
  for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    (void)snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
    (void)mkdir(folder, 0755);
  }
  FILE *file = fopen(path, "w");
  if (file) (void)fclose(file);
}

static int as_root_of(void) {
  return chroot(root) == 0 && chdir("/") == 0;
}

static bool same(const char *a, const char *b) {
  return a == b || (a && b && strcmp(a, b) == 0);
}

/* With OpenSSL unless told otherwise. */
static bool finds(const char *named, curl_version_info_data about, const char *file,
                  const char *path) {
  if (!about.ssl_version) about.ssl_version = "OpenSSL/3.0.17";
  cas found = cas_find(named, &about);
  return same(found.file, file) && same(found.path, path);
}

#define ABOUT(...) ((curl_version_info_data){__VA_ARGS__})

static int every_distribution(void) {
  static const char *const bundles[] = {"/etc/ssl/certs/ca-certificates.crt",
                                        "/etc/pki/tls/certs/ca-bundle.crt",
                                        "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};
  CHECK(as_root_of());
  CHECK(finds(NULL, ABOUT(0), NULL, NULL));
  for (size_t i = 0; i < sizeof bundles / sizeof *bundles; i++) {
    touch(bundles[i]);
    CHECK(finds(NULL, ABOUT(0), bundles[i], NULL));
    CHECK(unlink(bundles[i]) == 0);
  }
  return 0;
}

static int what_is_named_wins(void) {
  CHECK(as_root_of());
  touch("/etc/ssl/certs/ca-certificates.crt");
  touch("/etc/ssl/certs/5ed36f99.0");
  touch("/own/ca.pem");
  CHECK(finds("/other.pem", ABOUT(.cainfo = "/own/ca.pem"), "/other.pem", NULL));
  CHECK(finds("", ABOUT(.cainfo = "/own/ca.pem"), NULL, "/etc/ssl/certs"));
  return 0;
}

static int then_libcurls_own(void) {
  CHECK(as_root_of());
  touch("/etc/ssl/certs/ca-certificates.crt");
  touch("/own/ca.pem");
  CHECK(finds(NULL, ABOUT(.cainfo = "/own/ca.pem"), "/own/ca.pem", NULL));
  CHECK(finds(NULL, ABOUT(.cainfo = "/gone/ca.pem"), "/etc/ssl/certs/ca-certificates.crt", NULL));
  touch("/etc/ssl/certs/5ed36f99.0");
  touch("/own/certs/0a775a30.0");
  CHECK(finds(NULL, ABOUT(.capath = "/own/certs"), NULL, "/own/certs"));
  CHECK(finds(NULL, ABOUT(.capath = "/own"), NULL, "/etc/ssl/certs"));
  return 0;
}

static int a_hashed_directory_is_for_openssl(void) {
  CHECK(as_root_of());
  touch("/etc/ssl/certs/ca-certificates.crt");
  touch("/etc/ssl/certs/5ed36f99.0");
  CHECK(finds(NULL, ABOUT(0), NULL, "/etc/ssl/certs"));
  CHECK(finds(NULL, ABOUT(.ssl_version = "mbedTLS/2.28.3"), "/etc/ssl/certs/ca-certificates.crt",
              NULL));
  return 0;
}

static void run(int (*test)(void)) {
  if (geteuid() != 0) skip(); /* chroot */
  char command[64];
  memcpy(root + strlen(root) - 6, "XXXXXX", 6);
  assert_non_null(mkdtemp(root));
  child_result result = in_child(test, NULL);
  (void)snprintf(command, sizeof command, "rm -rf %s", root);
  assert_int_equal(system(command), 0);
  assert_int_equal(result.status, 0);
}

#define TEST(name)                                                                                 \
  static void test_##name(void **state) {                                                          \
    (void)state;                                                                                   \
    run(name);                                                                                     \
  }
TEST(every_distribution)
TEST(what_is_named_wins)
TEST(then_libcurls_own)
TEST(a_hashed_directory_is_for_openssl)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_distribution),
      cmocka_unit_test(test_what_is_named_wins),
      cmocka_unit_test(test_then_libcurls_own),
      cmocka_unit_test(test_a_hashed_directory_is_for_openssl),
  };
  return cmocka_run_group_tests_name("cas", tests, NULL, NULL);
}
