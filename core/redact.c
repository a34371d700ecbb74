#include "redact.h"
#include "text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

typedef void take_form(void *context, const char *form, size_t len);

/* Escapes as JSON writers do: ours, and those that escape the slash too (PHP's). */
static size_t json_escape(char *out, const char *in, size_t len, bool slash) {
  char *to = out;
  for (size_t i = 0; i < len; i++) {
    const char *short_forms = "\"\"\\\\\bb\ff\nn\rr\tt", *at = NULL;
    for (const char *f = short_forms; *f; f += 2) {
      if (*f == in[i]) at = f + 1;
    }
    if (at || (slash && in[i] == '/')) {
      *to++ = '\\';
      *to++ = at ? *at : '/';
    } else if ((unsigned char)in[i] < 0x20) {
      to += sprintf(to, "\\u%04x", (unsigned)in[i]);
    } else {
      *to++ = in[i];
    }
  }
  return (size_t)(to - out);
}

/* The characters of the encoding that do not depend on what stands around the secret. */
static void base64_forms(char *scratch, const char *secret, size_t len, take_form *take,
                         void *context) {
  char *padded = scratch, *out = scratch + len + 2;
  for (size_t before = 0; before < 3; before++) {
    memset(padded, 0, before);
    memcpy(padded + before, secret, len);
    size_t first = before == 0 ? 0 : before + 1;
    size_t last = (len + before) * 8 / 6;
    for (int alphabet = TEXT_BASE64; alphabet <= TEXT_BASE64URL; alphabet++) {
      text_base64(out, padded, len + before, (text_base64_alphabet)alphabet);
      if (last > first) take(context, out + first, last - first);
    }
  }
}

size_t redact_scratch(size_t len) {
  return len * 8 + 64;
}

void redact_forms(const char *secret, size_t len, char *scratch, take_form *take, void *context) {
  take(context, secret, len);
  take(context, scratch, json_escape(scratch, secret, len, false));
  take(context, scratch, json_escape(scratch, secret, len, true));
  take(context, scratch, text_percent(scratch, secret, len));
  base64_forms(scratch, secret, len, take, context);
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
