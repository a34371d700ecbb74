/* core/json.c: what the scan accepts and how it rewrites it, what it refuses and where, UTF-8, the
 * encoder's pieces, the buffer and its bound. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/json.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))
#define TEXT(s) (s), sizeof(s) - 1

typedef struct {
  const char *text;
  size_t len;
  const char *rewritten;
} accepted;

static const accepted accepts[] = {
    {TEXT("true"), "true"},
    {TEXT(" \t\r\nfalse\n"), "false"},
    {TEXT("null"), "null"},
    {TEXT("0"), "\"\x7f"
                "0\""},
    {TEXT("-1"), "\"\x7f"
                 "-1\""},
    {TEXT("9223372036854775807"), "\"\x7f"
                                  "9223372036854775807\""},
    {TEXT("-9223372036854775808"), "\"\x7f"
                                   "-9223372036854775808\""},
    {TEXT("-0"), "-0"},
    {TEXT("-0.0"), "-0.0"},
    {TEXT("0.5"), "0.5"},
    {TEXT("1e2"), "1e2"},
    {TEXT("1E+2"), "1E+2"},
    {TEXT("0e-1"), "0e-1"},
    {TEXT("1.25e-400"), "1.25e-400"},
    {TEXT("1.7976931348623157e308"), "1.7976931348623157e308"},
    {TEXT("100000000000000000000.0"), "100000000000000000000.0"},
    {TEXT("[]"), "\"\x7f\""},
    {TEXT("[ ]"), "\"\x7f\""},
    {TEXT("{ }"), "{}"},
    {TEXT("[ [ ] , { } ]"), "[\"\x7f\",{}]"},
    {TEXT("{ \"a\" : [ true , null ] }"), "{\"a\":[true,null]}"},
    {TEXT("{\"\":0.0,\"A\":0.0,\"a\":0.0}"), "{\"\":0.0,\"A\":0.0,\"a\":0.0}"},
    {TEXT("{\"a\":{\"a\":{\"a\":true}},\"b\":{\"a\":true}}"),
     "{\"a\":{\"a\":{\"a\":true}},\"b\":{\"a\":true}}"},
    {TEXT("\"\""), "\"\""},
    {TEXT("\"\\/\""), "\"/\""},
    {TEXT("\"\\\"\\\\\\b\\f\\n\\r\\t\""), "\"\\\"\\\\\\b\\f\\n\\r\\t\""},
    {TEXT("\"\\u0000\\u001F\\u0022\\u005c\\u000a\""), "\"\\u0000\\u001f\\\"\\\\\\n\""},
    {TEXT("\"\\u0061\\u00e9\\u20AC\\uFFFF\""), "\"a\xc3\xa9\xe2\x82\xac\xef\xbf\xbf\""},
    {TEXT("\"\\ud83D\\uDe00\\uDBFF\\uDFFF\""), "\"\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf\""},
    {TEXT("\"\xc3\xa9\xf0\x9f\x98\x80\""), "\"\xc3\xa9\xf0\x9f\x98\x80\""},
    {TEXT("\"\x7f\""), "\"\x7f\x7f\""},
    {TEXT("\"\\u007f\""), "\"\x7f\x7f\""},
    {TEXT("\"\\u007F1\""), "\"\x7f\x7f"
                           "1\""},
    {TEXT("\"a\x7f\""), "\"a\x7f\""},
    {TEXT("[\"a\",\"\x7f\x7fx\"]"), "[\"a\",\"\x7f\x7f\x7fx\"]"},
    {TEXT("{\"\x7f\":\"\"}"), "{\"\x7f\":\"\"}"},
};

static void scan_accepts(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(accepts); i++) {
    json_buf out = {.cap = 1000};
    json_error error = {"", 0};
    if (!json_scan(accepts[i].text, accepts[i].len, &out, &error))
      fail_msg("%s: %s at byte %zu", accepts[i].text, error.why, error.at);
    assert_string_equal(out.data, accepts[i].rewritten);
    json_buf_free(&out);
  }
}

typedef struct {
  const char *text;
  size_t len;
  const char *why;
  size_t at;
} refused;

static const refused refuses[] = {
    {TEXT(""), "a value is missing", 1},
    {TEXT("  "), "a value is missing", 3},
    {TEXT("[1,"), "a value is missing", 4},
    {TEXT("\xef\xbb\xbf{}"), "a byte order mark", 1},
    {TEXT("[\xef\xbb\xbf]"), "not a JSON value", 2},
    {TEXT("\0"), "not a JSON value", 1},
    {TEXT("1\0"), "text after the value", 2},
    {TEXT("\xc2\xa0"
          "1"),
     "not a JSON value", 1},
    {TEXT("\f1"), "not a JSON value", 1},
    {TEXT("tru"), "not a JSON value", 1},
    {TEXT("True"), "not a JSON value", 1},
    {TEXT("nul"), "not a JSON value", 1},
    {TEXT("nulll"), "text after the value", 5},
    {TEXT("NaN"), "not a JSON value", 1},
    {TEXT("Infinity"), "not a JSON value", 1},
    {TEXT("-Infinity"), "a digit is missing", 2},
    {TEXT("'a'"), "not a JSON value", 1},
    {TEXT("a"), "not a JSON value", 1},
    {TEXT("/**/1"), "not a JSON value", 1},
    {TEXT("1 //"), "text after the value", 3},
    {TEXT("{} {}"), "text after the value", 4},
    {TEXT("[]]"), "text after the value", 3},
    {TEXT("-"), "a digit is missing", 2},
    {TEXT("--1"), "a digit is missing", 2},
    {TEXT("+1"), "not a JSON value", 1},
    {TEXT(".5"), "not a JSON value", 1},
    {TEXT("-.5"), "a digit is missing", 2},
    {TEXT("1."), "a digit is missing", 3},
    {TEXT("1.e1"), "a digit is missing", 3},
    {TEXT("1.5.5"), "text after the value", 4},
    {TEXT("1e"), "a digit is missing", 3},
    {TEXT("1e+"), "a digit is missing", 4},
    {TEXT("1e1.5"), "text after the value", 4},
    {TEXT("01"), "text after the value", 2},
    {TEXT("-01"), "text after the value", 3},
    {TEXT("-00"), "text after the value", 3},
    {TEXT("0x10"), "text after the value", 2},
    {TEXT("1_000"), "text after the value", 2},
    {TEXT("9223372036854775808"), "an integer beyond 64 bits", 1},
    {TEXT("[-9223372036854775809]"), "an integer beyond 64 bits", 2},
    {TEXT("18446744073709551616"), "an integer beyond 64 bits", 1},
    {TEXT("18446744073709551617"), "an integer beyond 64 bits", 1},
    {TEXT("100000000000000000000"), "an integer beyond 64 bits", 1},
    {TEXT("1e309"), "a number beyond a double", 1},
    {TEXT("[0,-1e999999999999]"), "a number beyond a double", 4},
    {TEXT("["), "a value is missing", 2},
    {TEXT("[1"), "expected ',' or ']'", 3},
    {TEXT("[1 2]"), "expected ',' or ']'", 4},
    {TEXT("[1}"), "expected ',' or ']'", 3},
    {TEXT("[1,]"), "not a JSON value", 4},
    {TEXT("[,1]"), "not a JSON value", 2},
    {TEXT("[1,,2]"), "not a JSON value", 4},
    {TEXT("{"), "expected a key", 2},
    {TEXT("{]"), "expected a key", 2},
    {TEXT("{a:1}"), "expected a key", 2},
    {TEXT("{1:1}"), "expected a key", 2},
    {TEXT("{null:1}"), "expected a key", 2},
    {TEXT("{\"a\"}"), "expected ':'", 5},
    {TEXT("{\"a\" 1}"), "expected ':'", 6},
    {TEXT("{\"a\":}"), "not a JSON value", 6},
    {TEXT("{\"a\":1"), "expected ',' or '}'", 7},
    {TEXT("{\"a\":1]"), "expected ',' or '}'", 7},
    {TEXT("{\"a\":1,}"), "expected a key", 8},
    {TEXT("{\"a\":1,\"a\":1}"), "a duplicate key", 8},
    {TEXT("{\"a\":1,\"b\":2, \"\\u0061\":3}"), "a duplicate key", 15},
    {TEXT("{\"\":1,\"\":1}"), "a duplicate key", 7},
    {TEXT("{\"/\":1,\"\\/\":1}"), "a duplicate key", 8},
    {TEXT("{\"\\n\":1,\"\\u000A\":1}"), "a duplicate key", 9},
    {TEXT("{\"\xc3\xa9\":1,\"\\u00E9\":1}"), "a duplicate key", 9},
    {TEXT("{\"\xf0\x9f\x98\x80\":1,\"\\ud83d\\ude00\":1}"), "a duplicate key", 11},
    {TEXT("{\"c\":{\"a\":1,\"a\":1},\"c\":1}"), "a duplicate key", 13},
    {TEXT("{\"c\":1,\"b\":{\"b\":1,\"a\":1},\"c\":1}"), "a duplicate key", 26},
    {TEXT("\""), "an unfinished string", 1},
    {TEXT("[\"a]"), "an unfinished string", 2},
    {TEXT("\"\\\""), "an unfinished string", 1},
    {TEXT("\"\\"), "an unknown escape", 2},
    {TEXT("\"\\x41\""), "an unknown escape", 2},
    {TEXT("\"\\'\""), "an unknown escape", 2},
    {TEXT("\"\\\0\""), "an unknown escape", 2},
    {TEXT("\"\\U0041\""), "an unknown escape", 2},
    {TEXT("\"\\u\""), "\\u without four hexadecimal digits", 2},
    {TEXT("\"\\u004"), "\\u without four hexadecimal digits", 2},
    {TEXT("\"\\u004g\""), "\\u without four hexadecimal digits", 2},
    {TEXT("\"\\u 041\""), "\\u without four hexadecimal digits", 2},
    {TEXT("\"\\u00\0"
          "1\""),
     "\\u without four hexadecimal digits", 2},
    {TEXT("\"\\ud800\""), "a lone surrogate", 2},
    {TEXT("\"\\udc00\""), "a lone surrogate", 2},
    {TEXT("\"a\\udc00\\ud800\""), "a lone surrogate", 3},
    {TEXT("\"\\ud800\\ud800\""), "a lone surrogate", 2},
    {TEXT("\"\\udc00\\udc00\""), "a lone surrogate", 2},
    {TEXT("\"\\ud800\\ue000\""), "a lone surrogate", 2},
    {TEXT("\"\\ud800x\""), "a lone surrogate", 2},
    {TEXT("\"\\ud800\\n\""), "a lone surrogate", 2},
    {TEXT("\"\\ud800\\u0041\""), "a lone surrogate", 2},
    {TEXT("\"a\nb\""), "a raw control character", 3},
    {TEXT("\"\0\""), "a raw control character", 2},
    {TEXT("\"\x1f\""), "a raw control character", 2},
    {TEXT("\"\x80\""), "invalid UTF-8", 2},
    {TEXT("\"\xc3\""), "invalid UTF-8", 2},
    {TEXT("\"\xe2\x82"), "invalid UTF-8", 2},
    {TEXT("\"\xc0\xaf\""), "invalid UTF-8", 2},
    {TEXT("\"\xe0\x80\xaf\""), "invalid UTF-8", 2},
    {TEXT("\"ab\xed\xa0\x80\""), "invalid UTF-8", 4},
    {TEXT("\"\xf4\x90\x80\x80\""), "invalid UTF-8", 2},
    {TEXT("\"\xff\""), "invalid UTF-8", 2},
    {TEXT("{\"\xff\":1}"), "invalid UTF-8", 3},
};

static void scan_refuses(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(refuses); i++) {
    json_buf out = {.cap = 1000};
    json_error error = {"", 0};
    if (json_scan(refuses[i].text, refuses[i].len, &out, &error))
      fail_msg("%s was accepted as %s", refuses[i].text, out.data);
    if (strcmp(error.why, refuses[i].why) != 0 || error.at != refuses[i].at)
      fail_msg("%s: %s at byte %zu", refuses[i].text, error.why, error.at);
    json_buf_free(&out);
  }
}

static bool scan_copy(const char *text, size_t len, json_error *error) {
  char *copy = malloc(len + !len); /* exactly sized, so that a sanitizer sees one byte too far */
  json_buf out = {.cap = JSON_MAX_BYTES};
  assert_non_null(copy);
  memcpy(copy, text, len);
  bool ok = json_scan(copy, len, &out, error);
  json_buf_free(&out);
  free(copy);
  return ok;
}

static void scan_refuses_every_prefix(void **state) {
  (void)state;
  static const char text[] =
      "{\"a\":[-1.5e+7,\"\\ud83d\\ude00\xf0\x9f\x98\x80\\n\",true,null,{},[]],"
      "\"\\u0062\":{\"c\":false,\"d\":12}}";
  json_error error;
  for (size_t len = 0; len < sizeof text - 1; len++) assert_false(scan_copy(text, len, &error));
  assert_true(scan_copy(TEXT(text), &error));
}

static bool scan_nested(const char *open, const char *inside, const char *shut, int depth) {
  json_buf text = {.cap = 100000};
  json_error error;
  for (int i = 0; i < depth; i++) json_buf_add(&text, open, strlen(open));
  json_buf_add(&text, inside, strlen(inside));
  for (int i = 0; i < depth; i++) json_buf_add(&text, shut, strlen(shut));
  bool ok = scan_copy(text.data, text.len, &error);
  if (!ok) assert_string_equal(error.why, "nested too deeply");
  if (!ok) assert_int_equal(error.at, JSON_MAX_DEPTH * strlen(open) + 1);
  json_buf_free(&text);
  return ok;
}

static void scan_bounds_the_depth(void **state) {
  (void)state;
  assert_true(scan_nested("[", "1", "]", JSON_MAX_DEPTH));
  assert_false(scan_nested("[", "1", "]", JSON_MAX_DEPTH + 1));
  assert_true(scan_nested("{\"a\":", "1", "}", JSON_MAX_DEPTH));
  assert_false(scan_nested("{\"a\":", "1", "}", JSON_MAX_DEPTH + 1));
  assert_false(scan_nested("[", "", "", 50000));
  assert_true(scan_nested("[[],{},", "1", "]", JSON_MAX_DEPTH - 1)); /* siblings do not add up */
}

static void scan_bounds_the_memory(void **state) {
  (void)state;
  static const char text[] = "[1,2,[],{\"a\":\"\\n\\u00e9\x7f\"},\"\x7f\",1.5]";
  json_error error;
  json_buf whole = {.cap = 1000};
  assert_true(json_scan(TEXT(text), &whole, &error));
  for (size_t cap = 0; cap < whole.len; cap++) {
    json_buf out = {.cap = cap};
    assert_false(json_scan(TEXT(text), &out, &error));
    assert_string_equal(error.why, "the text takes too much memory");
    json_buf_free(&out);
  }
  json_buf exact = {.cap = whole.len};
  assert_true(json_scan(TEXT(text), &exact, &error));
  assert_string_equal(exact.data, whole.data);
  json_buf_free(&exact);
  json_buf_free(&whole);
}

static void scan_finds_one_duplicate_among_many(void **state) {
  (void)state;
  json_buf text = {.cap = JSON_MAX_BYTES};
  json_error error;
  char member[32];
  for (int i = 0; i < 20000; i++) {
    int len = snprintf(member, sizeof member, "%c\"k%d\":1", i ? ',' : '{', i * 7919 % 20000);
    json_buf_add(&text, member, (size_t)len);
  }
  json_buf_add(&text, "}", 1);
  assert_true(scan_copy(text.data, text.len, &error));
  text.len--;
  size_t at = text.len + 2;
  json_buf_add(&text, ",\"k123\":1}", 10);
  assert_false(scan_copy(text.data, text.len, &error));
  assert_string_equal(error.why, "a duplicate key");
  assert_int_equal(error.at, at);
  json_buf_free(&text);
}

static size_t valid_sequences(unsigned first, unsigned last, size_t len) {
  size_t count = 0;
  for (unsigned lead = first; lead <= last; lead++) {
    for (uint32_t tail = 0; tail < 1U << (8 * (len - 1)); tail++) {
      char s[4] = {(char)lead};
      uint32_t code;
      for (size_t i = 1; i < len; i++) s[i] = (char)(tail >> (8 * (i - 1)));
      count += json_utf8(s, len, &code) == len && code != JSON_NOT_UTF8;
    }
  }
  return count;
}

static void utf8_accepts_each_code_point_once(void **state) {
  (void)state;
  assert_int_equal(valid_sequences(0, 0xff, 1), 0x80);
  assert_int_equal(valid_sequences(0x80, 0xff, 2), 0x800 - 0x80);
  assert_int_equal(valid_sequences(0x80, 0xff, 3), 0x10000 - 0x800 - 0x800);
}

static void utf8_reads_what_the_scan_writes(void **state) {
  (void)state;
  for (uint32_t code = 0x20; code < 0x110000; code++) {
    if (code == '"' || code == '\\' || code == JSON_MARK || (code >= 0xd800 && code < 0xe000))
      continue;
    json_buf escaped = {.cap = 20}, out = {.cap = 10};
    json_error error;
    uint32_t again, high = 0xd7c0 + (code >> 10), low = 0xdc00 | (code & 0x3ff);
    char text[20];
    snprintf(text, sizeof text, code < 0x10000 ? "\"\\u%04x\"" : "\"\\u%04x\\u%04x\"",
             code < 0x10000 ? code : high, low);
    assert_true(json_scan(text, strlen(text), &out, &error));
    assert_int_equal(json_utf8(out.data + 1, out.len - 2, &again), out.len - 2);
    assert_int_equal(again, code);
    assert_true(json_add_string(&escaped, out.data + 1, out.len - 2));
    if (code > 0x7e)
      assert_string_equal(escaped.data, text);
    else
      assert_string_equal(escaped.data, out.data);
    json_buf_free(&escaped);
    json_buf_free(&out);
  }
}

static void utf8_tells_how_much_to_replace(void **state) {
  (void)state;
  static const struct {
    const char *text;
    size_t skip;
  } cases[] = {{"\x80", 1},          {"\xc3", 1},         {"\xc3z", 1},
               {"\xe2\x82", 2},      {"\xe2\x82z", 2},    {"\xf0\x9f\x98", 3},
               {"\xf0\x9f\x98z", 3}, {"\xed\xa0\x80", 1}, {"\xf4\x90\x80", 1},
               {"\xff\xff", 1},      {"\xc0\x80", 1},     {"\xf0\x80\x80\x80", 1}};
  for (size_t i = 0; i < COUNT(cases); i++) {
    uint32_t code;
    assert_int_equal(json_utf8(cases[i].text, strlen(cases[i].text), &code), cases[i].skip);
    assert_int_equal(code, JSON_NOT_UTF8);
  }
}

static void strings_are_written_in_ascii(void **state) {
  (void)state;
  json_buf buf = {.cap = 1000};
  assert_true(json_add_string(&buf, TEXT("a/\"\\\b\f\n\r\t\0\x1f\x7f\xc3\xa9\xf0\x9f\x98\x80~")));
  assert_string_equal(buf.data,
                      "\"a/\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f\\u007f\\u00e9\\ud83d\\ude00~\"");
  assert_false(json_add_string(&buf, TEXT("a\xff")));
  assert_false(json_add_string(&buf, TEXT("\xe2\x82")));
  json_buf_free(&buf);
}

static void floats_are_short_and_exact(void **state) {
  (void)state;
  static const struct {
    double value;
    const char *text;
  } cases[] = {{5, "5.0"},
               {-0.0, "-0.0"},
               {0.1, "0.1"},
               {0.1 + 0.2, "0.30000000000000004"},
               {1.0 / 3, "0.3333333333333333"},
               {1e15, "1e+15"},
               {123456789012345, "123456789012345.0"},
               {9007199254740993.0, "9007199254740992.0"},
               {1e100, "1e+100"},
               {5e-324, "4.94065645841247e-324"},
               {1.7976931348623157e308, "1.7976931348623157e+308"}};
  for (size_t i = 0; i < COUNT(cases); i++) {
    json_buf buf = {.cap = 100};
    assert_true(json_add_float(&buf, cases[i].value));
    assert_string_equal(buf.data, cases[i].text);
    json_buf_free(&buf);
  }
  json_buf none = {.cap = 100};
  assert_false(json_add_float(&none, NAN));
  assert_false(json_add_float(&none, INFINITY));
  assert_false(json_add_float(&none, -INFINITY));
  assert_null(none.data);
}

static void a_full_buffer_takes_nothing_more(void **state) {
  (void)state;
  json_buf buf = {.cap = 5};
  assert_true(json_buf_add(&buf, "abc", 3));
  assert_false(json_buf_add(&buf, "def", 3));
  assert_true(buf.full);
  assert_false(json_buf_add(&buf, "d", 1));
  assert_string_equal(buf.data, "abc");
  json_buf_free(&buf);
  assert_false(buf.full);
  assert_false(json_buf_add(&buf, "a", SIZE_MAX));
  json_buf_free(&buf);
}

static void keys_sort_in_byte_order(void **state) {
  (void)state;
  static const char text[] = "bab\xff"; /* slices: b, ba, a, "", \xff */
  json_keys keys = {0};
  const json_key list[] = {{0, 1, 0}, {0, 2, 1}, {1, 1, 2}, {0, 0, 3}, {3, 1, 4}};
  static const size_t order[] = {3, 2, 0, 1, 4};
  assert_true(json_keys_add(&keys, (json_key){0, 4, 9}));
  for (size_t i = 0; i < COUNT(list); i++) assert_true(json_keys_add(&keys, list[i]));
  json_keys_sort(&keys, 1, text);
  assert_int_equal(keys.list[0].where, 9);
  for (size_t i = 0; i < COUNT(order); i++) assert_int_equal(keys.list[i + 1].where, order[i]);
  json_keys_free(&keys);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(scan_accepts),
      cmocka_unit_test(scan_refuses),
      cmocka_unit_test(scan_refuses_every_prefix),
      cmocka_unit_test(scan_bounds_the_depth),
      cmocka_unit_test(scan_bounds_the_memory),
      cmocka_unit_test(scan_finds_one_duplicate_among_many),
      cmocka_unit_test(utf8_accepts_each_code_point_once),
      cmocka_unit_test(utf8_reads_what_the_scan_writes),
      cmocka_unit_test(utf8_tells_how_much_to_replace),
      cmocka_unit_test(strings_are_written_in_ascii),
      cmocka_unit_test(floats_are_short_and_exact),
      cmocka_unit_test(a_full_buffer_takes_nothing_more),
      cmocka_unit_test(keys_sort_in_byte_order),
  };
  return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
