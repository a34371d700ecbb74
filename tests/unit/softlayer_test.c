/* core/softlayer.c: how a call becomes a URL, and which names may stand in one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/softlayer.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

typedef struct {
  softlayer_call call;
  const char *url;
} expectation;

static const expectation cases[] = {
    {{.service = "Account", .method = "getObject"}, "/SoftLayer_Account/getObject.json"},
    {{.service = "Virtual_Guest", .method = "deleteObject", .id = "7"},
     "/SoftLayer_Virtual_Guest/7/deleteObject.json"},
    {{.service = "A", .method = "b", .mask = "id,c[d]"},
     "/SoftLayer_A/b.json?objectMask=mask%5Bid%2Cc%5Bd%5D%5D"},
    {{.service = "A", .method = "b", .mask = "mask[id]"},
     "/SoftLayer_A/b.json?objectMask=mask%5Bid%5D"},
    {{.service = "A", .method = "b", .mask = "[mask[id],mask(X)[y]]"},
     "/SoftLayer_A/b.json?objectMask=%5Bmask%5Bid%5D%2Cmask%28X%29%5By%5D%5D"},
    {{.service = "A", .method = "b", .mask = ""}, "/SoftLayer_A/b.json"},
    {{.service = "A", .method = "b", .filter = "{\"a\":1}"},
     "/SoftLayer_A/b.json?objectFilter=%7B%22a%22%3A1%7D"},
    {{.service = "A", .method = "b", .limit = 10}, "/SoftLayer_A/b.json?resultLimit=0%2C10"},
    {{.service = "A", .method = "b", .offset = 5}, "/SoftLayer_A/b.json"},
    {{.service = "A",
      .method = "b",
      .id = "1",
      .mask = "id",
      .filter = "{}",
      .offset = 20,
      .limit = 10},
     "/SoftLayer_A/1/b.json?objectMask=mask%5Bid%5D&objectFilter=%7B%7D&resultLimit=20%2C10"},
};

static void calls_become_urls(void **state) {
  (void)state;
  static const char endpoint[] = "https://api.example.org/rest/v3.1";
  for (size_t i = 0; i < COUNT(cases); i++) {
    char *url = malloc(softlayer_url_size(endpoint, &cases[i].call));
    assert_non_null(url);
    softlayer_url(url, endpoint, &cases[i].call);
    assert_memory_equal(url, endpoint, strlen(endpoint));
    assert_string_equal(url + strlen(endpoint), cases[i].url);
    free(url);
  }
}

/* Everything at its longest: a sanitizer sees a byte too many. */
static void the_size_is_enough(void **state) {
  (void)state;
  char wide[500];
  memset(wide, '[', sizeof wide - 1);
  wide[sizeof wide - 1] = '\0';
  wide[0] = ',';
  softlayer_call call = {.service = "Service",
                         .method = "method",
                         .id = "0123456789-abcdef",
                         .mask = wide,
                         .filter = wide,
                         .offset = INT64_MAX,
                         .limit = INT64_MAX};
  size_t size = softlayer_url_size("http://127.0.0.1:1/rest/v3.1", &call);
  char *url = malloc(size);
  assert_non_null(url);
  softlayer_url(url, "http://127.0.0.1:1/rest/v3.1", &call);
  assert_true(strlen(url) < size);
  free(url);
}

static void names_cannot_leave_the_path(void **state) {
  (void)state;
  static const char *const bad[] = {"",     "a/b", "..",  "a.json",   "a?b",
                                    "a%2f", "a b", "a\n", "\xc3\xa9", "a-b#"};
  assert_true(softlayer_is_name("Virtual_Guest"));
  assert_true(softlayer_is_id("12345"));
  assert_true(softlayer_is_id("4bb0a7d2-0a77-4ac6-9bb0-6e1f1b1c9a55"));
  assert_false(softlayer_is_id("1_2"));
  assert_false(softlayer_is_name("a-b"));
  for (size_t i = 0; i < COUNT(bad); i++) {
    assert_false(softlayer_is_name(bad[i]));
    assert_false(softlayer_is_id(bad[i]));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(calls_become_urls),
      cmocka_unit_test(the_size_is_enough),
      cmocka_unit_test(names_cannot_leave_the_path),
  };
  return cmocka_run_group_tests_name("softlayer", tests, NULL, NULL);
}
