/* core/redact.c: the forms of a secret, and how their occurrences are marked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/redact.h"
#include "core/text.h"

#define TEXT(s) (s), sizeof(s) - 1

typedef struct {
  const char *text;
  size_t len;
  unsigned char *mask;
} marking;

static void mark(void *context, const char *form, size_t len) {
  marking *m = context;
  redact_mark(m->mask, m->text, m->len, form, len);
}

/* The mask that all forms of the secret leave on a text; exact sizes, so that a sanitizer looks. */
static unsigned char *mask_of(const char *text, size_t len, const char *secret, size_t secret_len) {
  marking m = {text, len, calloc(len + 1, 1)};
  char *scratch = malloc(redact_scratch(secret_len));
  assert_true(m.mask && scratch);
  redact_forms(secret, secret_len, scratch, mark, &m);
  free(scratch);
  return m.mask;
}

static size_t count(const unsigned char *mask, size_t len) {
  size_t n = 0;
  while (len-- > 0) n += mask[len];
  return n;
}

static void expect(const char *text, size_t len, const char *secret, size_t masked) {
  unsigned char *mask = mask_of(text, len, secret, strlen(secret));
  assert_int_equal(count(mask, len), masked);
  free(mask);
}

static void each_form_is_found(void **state) {
  (void)state;
  expect(TEXT("a p/w\"d\n! b"), "p/w\"d\n!", 7);
  expect(TEXT("a p/w\\\"d\\n! b"), "p/w\"d\n!", 9);
  expect(TEXT("a p\\/w\\\"d\\n! b"), "p/w\"d\n!", 10);
  expect(TEXT("a p%2Fw%22d%0A%21 b"), "p/w\"d\n!", 15);
  expect(TEXT("nothing of it"), "p/w\"d\n!", 0);
}

static void overlaps_are_marked_whole(void **state) {
  (void)state;
  expect(TEXT("xabababababx"), "ababab", 10);
  expect(TEXT("ababab"), "ababab", 6);
}

static void short_forms_are_ignored(void **state) {
  (void)state;
  unsigned char mask[8] = {0};
  redact_mark(mask, TEXT("abcdeabc"), TEXT("abcde"));
  assert_int_equal(count(mask, 8), 0);
  redact_mark(mask, "", 0, TEXT("abcdef"));
}

/* What the secret alone determines of the longer text's encoding must be masked, whatever stands
 * around it. */
static void base64_is_found_at_every_alignment(void **state) {
  (void)state;
  static const char secret[] = "s3cr\xfft?-value";
  const size_t len = sizeof secret - 1;
  for (size_t before = 0; before < 9; before++) {
    for (size_t after = 0; after < 5; after++) {
      for (int a = TEXT_BASE64; a <= TEXT_BASE64URL; a++) {
        char plain[64], encoded[96];
        memset(plain, 'x', sizeof plain);
        memcpy(plain + before, secret, len);
        size_t n = text_base64(encoded, plain, before + len + after, (text_base64_alphabet)a);
        unsigned char *mask = mask_of(encoded, n, secret, len);
        size_t first = (before * 8 + 5) / 6, last = (before + len) * 8 / 6;
        for (size_t i = first; i < last; i++) assert_true(mask[i]);
        free(mask);
      }
    }
  }
}

/* The scratch space holds the longest escapes of every length. */
static void scratch_is_enough(void **state) {
  (void)state;
  char secret[200];
  for (size_t len = 0; len < sizeof secret; len++) {
    memset(secret, '\x01', sizeof secret);
    free(mask_of(secret, len, secret, len));
    memset(secret, '\xff', sizeof secret);
    free(mask_of(secret, len, secret, len));
    for (size_t i = 0; i + 1 < sizeof secret; i += 2) memcpy(secret + i, "\xc3\xa9", 2);
    free(mask_of(secret, len, secret, len));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_form_is_found),
      cmocka_unit_test(overlaps_are_marked_whole),
      cmocka_unit_test(short_forms_are_ignored),
      cmocka_unit_test(base64_is_found_at_every_alignment),
      cmocka_unit_test(scratch_is_enough),
  };
  return cmocka_run_group_tests_name("redact", tests, NULL, NULL);
}
