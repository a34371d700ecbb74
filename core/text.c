#include "text.h"

#include <sha2.h>
#include <stdint.h>
#include <string.h>

static const char alphabets[2][65] = {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
};

size_t text_base64_size(size_t len) {
  return (len + 2) / 3 * 4;
}

static uint32_t group(const char *in, size_t have) {
  uint32_t bits = (uint32_t)(unsigned char)in[0] << 16;
  if (have > 1) bits |= (uint32_t)(unsigned char)in[1] << 8;
  if (have > 2) bits |= (unsigned char)in[2];
  return bits;
}

size_t text_base64(char *out, const char *in, size_t len, text_base64_alphabet alphabet) {
  char *to = out;
  for (size_t i = 0; i < len; i += 3) {
    size_t have = len - i < 3 ? len - i : 3;
    uint32_t bits = group(in + i, have);
    for (size_t k = 0; k <= have; k++) *to++ = alphabets[alphabet][bits >> (18 - 6 * k) & 63];
    for (size_t k = have; k < 3 && alphabet == TEXT_BASE64; k++) *to++ = '=';
  }
  return (size_t)(to - out);
}

static int digit(char c) {
  if (c == '-') c = '+';
  if (c == '_') c = '/';
  const char *at = c ? strchr(alphabets[TEXT_BASE64], c) : NULL;
  return at ? (int)(at - alphabets[TEXT_BASE64]) : -1;
}

size_t text_unbase64(char *out, const char *in, size_t len) {
  char *to = out;
  uint32_t bits = 0;
  unsigned have = 0;
  while (len > 0 && in[len - 1] == '=') len--;
  if (len % 4 == 1) return (size_t)-1;
  for (size_t i = 0; i < len; i++) {
    int value = digit(in[i]);
    if (value < 0) return (size_t)-1;
    bits = bits << 6 | (uint32_t)value;
    if ((have += 6) < 8) continue;
    have -= 8;
    *to++ = (char)(bits >> have & 255);
  }
  return (size_t)(to - out);
}

static int is_unreserved(unsigned char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         (c && strchr("-._~", c));
}

size_t text_percent(char *out, const char *in, size_t len) {
  static const char hex[] = "0123456789ABCDEF";
  char *to = out;
  for (size_t i = 0; i < len; i++) {
    unsigned char c = (unsigned char)in[i];
    if (is_unreserved(c)) {
      *to++ = (char)c;
      continue;
    }
    *to++ = '%';
    *to++ = hex[c >> 4];
    *to++ = hex[c & 15];
  }
  return (size_t)(to - out);
}

void text_nonce(char *out, const char *in, size_t len, const char *more, size_t more_len) {
  static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
  uint8_t digest[SHA256_DIGEST_LENGTH];
  SHA2_CTX context;
  SHA256Init(&context);
  SHA256Update(&context, (const uint8_t *)in, len);
  SHA256Update(&context, (const uint8_t *)more, more_len);
  SHA256Final(digest, &context);
  for (size_t i = 0; i < TEXT_NONCE; i++) {
    unsigned pair = (unsigned)digest[i * 5 / 8] << 8 | digest[i * 5 / 8 + 1];
    out[i] = digits[pair >> (11 - i * 5 % 8) & 31];
  }
}
