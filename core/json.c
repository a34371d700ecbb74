/* One pass over the text, recursive to JSON_MAX_DEPTH at most. */
#include "json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  const char *start, *p, *end;
  json_buf *out;
  json_keys keys; /* of all objects that are open */
  json_error *error;
  int depth;
} scan;

static bool refuse(scan *s, const char *where, const char *why) {
  *s->error = (json_error){why, (size_t)(where - s->start) + 1};
  return false;
}

static bool put(scan *s, const void *bytes, size_t len) {
  return json_buf_add(s->out, bytes, len) || refuse(s, s->p, "the text takes too much memory");
}

static bool put_char(scan *s, char c) {
  return put(s, &c, 1);
}

static bool at_char(const scan *s, char c) {
  return s->p < s->end && *s->p == c;
}

static void skip_blanks(scan *s) {
  while (s->p < s->end && *s->p && strchr(" \t\n\r", *s->p)) s->p++;
}

static bool take(scan *s, char c) {
  skip_blanks(s);
  bool found = at_char(s, c);
  s->p += found;
  return found;
}

/* Reads \uXXXX; moves on only if it is one. */
static bool take_unicode(scan *s, uint32_t *code) {
  if (s->end - s->p < 6 || s->p[0] != '\\' || s->p[1] != 'u') return false;
  *code = 0;
  for (int i = 2; i < 6; i++) {
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *digit = memchr(digits, s->p[i], sizeof digits - 1);
    if (!digit) return false;
    *code = *code << 4 | ((uint32_t)(digit - digits) & 0xf);
  }
  s->p += 6;
  return true;
}

static bool scan_unicode(scan *s, uint32_t *code) {
  const char *start = s->p;
  if (!take_unicode(s, code)) return refuse(s, start, "\\u without four hexadecimal digits");
  if (*code < 0xd800 || *code > 0xdfff) return true;
  uint32_t low;
  if (*code > 0xdbff || !take_unicode(s, &low) || low < 0xdc00 || low > 0xdfff)
    return refuse(s, start, "a lone surrogate");
  *code = 0x10000 + ((*code & 0x3ff) << 10 | (low & 0x3ff));
  return true;
}

static bool scan_escape(scan *s, uint32_t *code) {
  bool whole = s->end - s->p >= 2;
  if (whole && s->p[1] == 'u') return scan_unicode(s, code);
  *code = whole ? (unsigned char)json_unescape(s->p[1]) : 0;
  if (!*code) return refuse(s, s->p, "an unknown escape");
  s->p += 2;
  return true;
}

static bool needs_escape(uint32_t code) {
  return code < 0x20 || code == '"' || code == '\\';
}

/* Copies up to the next quote, backslash, control character or the end. */
static bool scan_run(scan *s) {
  const char *run = s->p;
  while (s->p < s->end) {
    uint32_t code;
    size_t len = json_utf8(s->p, (size_t)(s->end - s->p), &code);
    if (code == JSON_NOT_UTF8) return refuse(s, s->p, "invalid UTF-8");
    if (needs_escape(code)) break;
    s->p += len;
  }
  return put(s, run, (size_t)(s->p - run));
}

static bool scan_string(scan *s) {
  const char *start = s->p++;
  for (put_char(s, '"'); scan_run(s);) {
    uint32_t code;
    if (s->p == s->end) return refuse(s, start, "an unfinished string");
    if (*s->p == '"') return s->p++, put_char(s, '"');
    if (*s->p != '\\') return refuse(s, s->p, "a raw control character");
    if (!scan_escape(s, &code)) return false;
    (needs_escape(code) ? json_add_escape : json_add_utf8)(s->out, code);
  }
  return false;
}

/* A value's first character must not be taken for our mark, so a genuine one is doubled. */
static bool scan_string_value(scan *s) {
  size_t at = s->out->len + 1;
  if (!scan_string(s)) return false;
  if (s->out->data[at] != JSON_MARK) return true;
  if (!put_char(s, '"')) return false;
  memmove(s->out->data + at + 1, s->out->data + at, s->out->len - at - 1);
  return true;
}

static bool scan_digits(scan *s) {
  const char *start = s->p;
  while (s->p < s->end && *s->p >= '0' && *s->p <= '9') s->p++;
  return s->p > start;
}

/* The grammar of RFC 8259, section 6; tells whether there is a fraction or an exponent. */
static bool scan_number_token(scan *s, bool *is_float) {
  s->p += at_char(s, '-');
  if (at_char(s, '0'))
    s->p++;
  else if (!scan_digits(s))
    return false;
  const char *integer_end = s->p;
  if (at_char(s, '.') && (s->p++, !scan_digits(s))) return false;
  if (at_char(s, 'e') || at_char(s, 'E')) {
    s->p++;
    s->p += at_char(s, '-') || at_char(s, '+');
    if (!scan_digits(s)) return false;
  }
  *is_float = s->p > integer_end;
  return true;
}

static bool fits_int64(const char *token, size_t len) {
  bool negative = *token == '-';
  uint64_t limit = (uint64_t)INT64_MAX + negative, value = 0;
  for (size_t i = negative; i < len; i++) {
    uint64_t digit = (uint64_t)(token[i] - '0');
    if (value > (limit - digit) / 10) return false;
    value = value * 10 + digit;
  }
  return true;
}

static bool put_integer(scan *s, const char *token, size_t len) {
  if (!fits_int64(token, len)) return refuse(s, token, "an integer beyond 64 bits");
  return put(s, "\"\x7f", 2) && put(s, token, len) && put_char(s, '"');
}

static bool put_float(scan *s, const char *token, size_t len) {
  size_t at = s->out->len;
  if (!put(s, token, len)) return false;
  return isfinite(strtod(s->out->data + at, NULL)) || refuse(s, token, "a number beyond a double");
}

static bool scan_number(scan *s) {
  const char *token = s->p;
  bool is_float;
  if (!scan_number_token(s, &is_float)) return refuse(s, s->p, "a digit is missing");
  size_t len = (size_t)(s->p - token);
  bool minus_zero = len == 2 && memcmp(token, "-0", 2) == 0; /* an integer has no such value */
  return is_float || minus_zero ? put_float(s, token, len) : put_integer(s, token, len);
}

static bool scan_word(scan *s, const char *word) {
  size_t len = strlen(word);
  if ((size_t)(s->end - s->p) < len || memcmp(s->p, word, len) != 0)
    return refuse(s, s->p, "not a JSON value");
  s->p += len;
  return put(s, word, len);
}

static bool scan_value(scan *s);

static bool scan_array(scan *s) {
  if (take(s, ']')) return put(s, "\"\x7f\"", 3);
  put_char(s, '[');
  while (scan_value(s)) {
    if (take(s, ']')) return put_char(s, ']');
    if (!take(s, ',')) return refuse(s, s->p, "expected ',' or ']'");
    put_char(s, ',');
  }
  return false;
}

static bool scan_member(scan *s) {
  skip_blanks(s);
  if (!at_char(s, '"')) return refuse(s, s->p, "expected a key");
  json_key key = {.at = s->out->len + 1, .where = (size_t)(s->p - s->start)};
  if (!scan_string(s)) return false;
  key.len = s->out->len - 1 - key.at;
  if (!json_keys_add(&s->keys, key)) return refuse(s, s->p, "the text takes too much memory");
  if (!take(s, ':')) return refuse(s, s->p, "expected ':'");
  return put_char(s, ':') && scan_value(s);
}

/* Forgets the keys of the object that ends. */
static bool check_keys(scan *s, size_t from) {
  const json_key *list = s->keys.list;
  json_keys_sort(&s->keys, from, s->out->data);
  for (size_t i = from + 1; i < s->keys.count; i++) {
    if (json_keys_compare(s->out->data, &list[i - 1], &list[i]) != 0) continue;
    size_t a = list[i - 1].where, b = list[i].where;
    return refuse(s, s->start + (a > b ? a : b), "a duplicate key");
  }
  s->keys.count = from;
  return true;
}

static bool scan_object(scan *s) {
  put_char(s, '{');
  if (take(s, '}')) return put_char(s, '}');
  size_t from = s->keys.count;
  while (scan_member(s)) {
    if (take(s, '}')) return put_char(s, '}') && check_keys(s, from);
    if (!take(s, ',')) return refuse(s, s->p, "expected ',' or '}'");
    put_char(s, ',');
  }
  return false;
}

static bool scan_nested(scan *s, bool (*scan_inside)(scan *)) {
  if (s->depth == JSON_MAX_DEPTH) return refuse(s, s->p, "nested too deeply");
  s->p++;
  s->depth++;
  bool ok = scan_inside(s);
  s->depth--;
  return ok;
}

static bool scan_value(scan *s) {
  skip_blanks(s);
  switch (s->p < s->end ? *s->p : '\0') {
  case '{':
    return scan_nested(s, scan_object);
  case '[':
    return scan_nested(s, scan_array);
  case '"':
    return scan_string_value(s);
  case 't':
    return scan_word(s, "true");
  case 'f':
    return scan_word(s, "false");
  case 'n':
    return scan_word(s, "null");
  case '-':
    return scan_number(s);
  }
  if (s->p < s->end && *s->p >= '0' && *s->p <= '9') return scan_number(s);
  return refuse(s, s->p, s->p == s->end ? "a value is missing" : "not a JSON value");
}

static bool scan_text(scan *s) {
  if (s->end - s->p >= 3 && memcmp(s->p, "\xef\xbb\xbf", 3) == 0)
    return refuse(s, s->p, "a byte order mark");
  if (!scan_value(s)) return false;
  skip_blanks(s);
  return s->p == s->end || refuse(s, s->p, "text after the value");
}

bool json_scan(const char *text, size_t len, json_buf *out, json_error *error) {
  scan s = {.start = text, .p = text, .end = text + len, .out = out, .error = error};
  bool ok = scan_text(&s);
  json_keys_free(&s.keys);
  return ok;
}
