#include "redact.h"
#include "json_text.h"
#include "text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef void take_form(void *context, const char *form, size_t len);

static size_t put_unit(char *out, uint32_t unit) {
  return (size_t)sprintf(out, "\\u%04x", unit);
}

/* Beyond the Basic Multilingual Plane a code point is a pair of surrogates. */
static size_t put_escape(char *out, uint32_t code) {
  if (code < 0x10000) return put_unit(out, code);
  code -= 0x10000;
  size_t first = put_unit(out, 0xd800 + (code >> 10));
  return first + put_unit(out + first, 0xdc00 + (code & 0x3ff));
}

static char short_escape(char c) {
  static const char pairs[] = "\"\"\\\\\bb\ff\nn\rr\tt";
  for (const char *p = pairs; *p; p += 2) {
    if (*p == c) return p[1];
  }
  return '\0';
}

enum { KEEP_SLASH = 0, ESCAPE_SLASH = 1, ASCII_ONLY = 2 };

/* Escapes as JSON writers do: those that keep UTF-8 and those that do not, with and without an
 * escaped slash (PHP's way). */
static size_t json_escape(char *out, const char *in, size_t len, int style) {
  char *to = out;
  for (size_t i = 0, n; i < len; i += n) {
    uint32_t code;
    n = json_utf8(in + i, len - i, &code);
    char letter = in[i] == '/' && (style & ESCAPE_SLASH) ? '/' : short_escape(in[i]);
    if (letter) {
      *to++ = '\\';
      *to++ = letter;
    } else if (code < 0x20 || (code != JSON_NOT_UTF8 && code >= 0x7f && (style & ASCII_ONLY))) {
      to += put_escape(to, code);
    } else {
      memcpy(to, in + i, n);
      to += n;
    }
  }
  return (size_t)(to - out);
}

/* The characters of the encoding that do not depend on what stands around the text. */
static void base64_forms(char *scratch, const char *text, size_t len, take_form *take,
                         void *context) {
  char *padded = scratch, *out = scratch + len + 2;
  for (size_t before = 0; before < 3; before++) {
    memset(padded, 0, before);
    memcpy(padded + before, text, len);
    size_t first = before == 0 ? 0 : before + 1;
    size_t last = (len + before) * 8 / 6;
    for (int alphabet = TEXT_BASE64; alphabet <= TEXT_BASE64URL; alphabet++) {
      text_base64(out, padded, len + before, (text_base64_alphabet)alphabet);
      if (last > first) take(context, out + first, last - first);
    }
  }
}

/* An escaped form is up to six times as long; its encoding needs a padded copy and 4/3 of that. */
size_t redact_scratch(size_t len) {
  return len * 21 + 64;
}

/* JSON may be encoded as a whole (user data is), so each escaped form has its encodings, too. */
void redact_forms(const char *secret, size_t len, char *scratch, take_form *take, void *context) {
  char *encoding = scratch + len * 6;
  take(context, secret, len);
  take(context, scratch, text_percent(scratch, secret, len));
  for (int style = KEEP_SLASH; style <= (ESCAPE_SLASH | ASCII_ONLY); style++) {
    size_t escaped = json_escape(scratch, secret, len, style);
    take(context, scratch, escaped);
    base64_forms(encoding, scratch, escaped, take, context);
  }
  base64_forms(encoding, secret, len, take, context);
}

void redact_mark(unsigned char *mask, const char *text, size_t len, const char *form,
                 size_t form_len) {
  const char *end = text + len, *at = text;
  if (form_len < REDACT_MIN) return;
  while ((at = memmem(at, (size_t)(end - at), form, form_len))) {
    memset(mask + (at - text), 1, form_len);
    at++;
  }
}
