#include "json_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool buf_reserve(json_buf *buf, size_t len) {
  if (buf->full || len > buf->cap - buf->len) return false;
  size_t need = buf->len + len + 1;
  if (need <= buf->size) return true;
  size_t size = need > 2 * buf->size ? need + 64 : 2 * buf->size;
  char *data = realloc(buf->data, size);
  if (!data) return false;
  buf->data = data;
  buf->size = size;
  return true;
}

bool json_buf_add(json_buf *buf, const void *bytes, size_t len) {
  if (!buf_reserve(buf, len)) {
    buf->full = true;
    return false;
  }
  if (len) memcpy(buf->data + buf->len, bytes, len);
  buf->len += len;
  buf->data[buf->len] = '\0';
  return true;
}

static bool add_text(json_buf *buf, const char *text) {
  return json_buf_add(buf, text, strlen(text));
}

void json_buf_free(json_buf *buf) {
  free(buf->data);
  *buf = (json_buf){.cap = buf->cap};
}

bool json_keys_add(json_keys *keys, json_key key) {
  if (keys->count == keys->size) {
    size_t size = keys->size ? 2 * keys->size : 32;
    json_key *list = realloc(keys->list, size * sizeof *list);
    if (!list) return false;
    keys->list = list;
    keys->size = size;
  }
  keys->list[keys->count++] = key;
  return true;
}

int json_keys_compare(const char *text, const json_key *a, const json_key *b) {
  int order = memcmp(text + a->at, text + b->at, a->len < b->len ? a->len : b->len);
  return order ? order : (a->len > b->len) - (a->len < b->len);
}

static int compare_keys(const void *a, const void *b, void *text) {
  return json_keys_compare(text, a, b);
}

void json_keys_sort(json_keys *keys, size_t from, const char *text) {
  if (keys->count - from < 2) return;
  qsort_r(keys->list + from, keys->count - from, sizeof *keys->list, compare_keys, (void *)text);
}

void json_keys_free(json_keys *keys) {
  free(keys->list);
  *keys = (json_keys){0};
}

/* Only the second byte of a sequence has a range that depends on the first (Unicode, table 3-7). */
static void second_byte_range(unsigned char first, unsigned char *low, unsigned char *high) {
  *low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  *high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
}

size_t json_utf8(const char *text, size_t left, uint32_t *code) {
  const unsigned char *s = (const unsigned char *)text;
  *code = s[0];
  if (s[0] < 0x80) return 1;
  *code = JSON_NOT_UTF8;
  if (s[0] < 0xc2 || s[0] > 0xf4) return 1;
  size_t last = s[0] >= 0xf0 ? 3 : s[0] >= 0xe0 ? 2 : 1;
  uint32_t value = s[0] & (0x3fU >> last);
  unsigned char low, high;
  second_byte_range(s[0], &low, &high);
  for (size_t i = 1; i <= last; i++) {
    if (i >= left || s[i] < low || s[i] > high) return i;
    value = value << 6 | (s[i] & 0x3fU);
    low = 0x80, high = 0xbf;
  }
  *code = value;
  return last + 1;
}

void json_add_utf8(json_buf *buf, uint32_t code) {
  char s[4];
  size_t last = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  for (size_t i = last; i > 0; i--, code >>= 6) s[i] = (char)(0x80 | (code & 0x3f));
  s[0] = (char)(last ? (0xf0U << (3 - last) & 0xff) | code : code);
  json_buf_add(buf, s, last + 1);
}

static void add_unicode_escape(json_buf *buf, uint32_t code) {
  char s[16];
  if (code < 0x10000) {
    snprintf(s, sizeof s, "\\u%04x", (unsigned)code);
  } else {
    code -= 0x10000;
    snprintf(s, sizeof s, "\\u%04x\\u%04x", 0xd800U | code >> 10, 0xdc00U | (code & 0x3ff));
  }
  add_text(buf, s);
}

static const char escape_names[] = "\"\\/bfnrt", escape_codes[] = "\"\\/\b\f\n\r\t";

/* What needs no escape in any JSON text; the solidus needs none either. */
static bool is_plain(unsigned char c) {
  return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

void json_add_escape(json_buf *buf, uint32_t code) {
  const char *found = code < 0x80 ? memchr(escape_codes, (int)code, sizeof escape_codes - 1) : NULL;
  if (!found) {
    add_unicode_escape(buf, code);
    return;
  }
  char s[2] = {'\\', escape_names[found - escape_codes]};
  json_buf_add(buf, s, 2);
}

char json_unescape(char name) {
  const char *found = memchr(escape_names, name, sizeof escape_names - 1);
  return found ? escape_codes[found - escape_names] : '\0';
}

bool json_add_string(json_buf *buf, const char *bytes, size_t len) {
  const char *end = bytes + len;
  add_text(buf, "\"");
  while (bytes < end) {
    const char *run = bytes;
    while (bytes < end && is_plain((unsigned char)*bytes)) bytes++;
    json_buf_add(buf, run, (size_t)(bytes - run));
    if (bytes == end) break;
    uint32_t code;
    bytes += json_utf8(bytes, (size_t)(end - bytes), &code);
    if (code == JSON_NOT_UTF8) return false;
    json_add_escape(buf, code);
  }
  add_text(buf, "\"");
  return true;
}

bool json_add_float(json_buf *buf, double value) {
  if (!isfinite(value)) return false;
  char s[40];
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(s, sizeof s, "%.*g", digits, value);
    if (strtod(s, NULL) == value) break;
  }
  add_text(buf, s);
  if (!strpbrk(s, ".e")) add_text(buf, ".0");
  return true;
}
