/* core/text.c: base64 in both alphabets, percent-encoding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/text.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

enum { ROUNDS = 2000, LONGEST = 96 };

static uint32_t next_random(uint32_t *seed) {
  *seed ^= *seed << 13;
  *seed ^= *seed >> 17;
  *seed ^= *seed << 5;
  return *seed;
}

static size_t random_bytes(uint32_t *seed, char *out) {
  size_t len = next_random(seed) % LONGEST;
  for (size_t i = 0; i < len; i++) out[i] = (char)next_random(seed);
  return len;
}

static void base64_known(void **state) {
  (void)state;
  static const char *const cases[][3] = {{"", "", ""},
                                         {"f", "Zg==", "Zg"},
                                         {"fo", "Zm8=", "Zm8"},
                                         {"foo", "Zm9v", "Zm9v"},
                                         {"\xfb\xff", "+/8=", "-_8"},
                                         {"foob", "Zm9vYg==", "Zm9vYg"}};
  char out[16];
  for (size_t i = 0; i < COUNT(cases); i++) {
    for (int a = TEXT_BASE64; a <= TEXT_BASE64URL; a++) {
      size_t n = text_base64(out, cases[i][0], strlen(cases[i][0]), (text_base64_alphabet)a);
      assert_int_equal(n, strlen(cases[i][a + 1]));
      assert_memory_equal(out, cases[i][a + 1], n);
    }
  }
}

static void base64_returns_every_string(void **state) {
  (void)state;
  uint32_t seed = 4711;
  char in[LONGEST], back[LONGEST * 2];
  for (int round = 0; round < ROUNDS; round++) {
    size_t len = random_bytes(&seed, in);
    char *out = malloc(text_base64_size(len) + 1); /* exact, so that a sanitizer sees any excess */
    assert_non_null(out);
    for (int a = TEXT_BASE64; a <= TEXT_BASE64URL; a++) {
      size_t n = text_base64(out, in, len, (text_base64_alphabet)a);
      assert_true(n <= text_base64_size(len));
      assert_int_equal(text_unbase64(back, out, n), len);
      assert_memory_equal(back, in, len);
    }
    free(out);
  }
}

static void base64_refuses(void **state) {
  (void)state;
  static const char *const bad[] = {"A", "AAAAA", "AA A", "AA\n=", "A=AA", "AA\xc3\xa9", "!AAA"};
  char out[16];
  for (size_t i = 0; i < COUNT(bad); i++)
    assert_true(text_unbase64(out, bad[i], strlen(bad[i])) == (size_t)-1);
  assert_true(text_unbase64(out, "AA\0A", 4) == (size_t)-1);
}

static void percent_keeps_only_unreserved(void **state) {
  (void)state;
  static const char kept[] = "ABCXYZabcxyz0189-._~";
  char out[3 * 256];
  assert_int_equal(text_percent(out, kept, strlen(kept)), strlen(kept));
  assert_memory_equal(out, kept, strlen(kept));
  assert_int_equal(text_percent(out, "\0 /+\xff", 5), 15);
  assert_memory_equal(out, "%00%20%2F%2B%FF", 15);
}

static void percent_can_be_read_back(void **state) {
  (void)state;
  char in[256], out[3 * 256];
  for (int c = 0; c < 256; c++) in[c] = (char)c;
  size_t n = text_percent(out, in, sizeof in), at = 0;
  for (int c = 0; c < 256; c++) {
    unsigned code = (unsigned char)out[at++];
    if (code == '%') {
      assert_int_equal(sscanf(out + at, "%2x", &code), 1);
      at += 2;
    }
    assert_int_equal(code, c);
  }
  assert_int_equal(at, n);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(base64_known),
      cmocka_unit_test(base64_returns_every_string),
      cmocka_unit_test(base64_refuses),
      cmocka_unit_test(percent_keeps_only_unreserved),
      cmocka_unit_test(percent_can_be_read_back),
  };
  return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
