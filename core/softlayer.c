#include "softlayer.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

static const char NAME_CHARACTERS[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
static const char ID_CHARACTERS[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";

bool softlayer_is_name(const char *name) {
  return *name && !name[strspn(name, NAME_CHARACTERS)];
}

bool softlayer_is_id(const char *id) {
  return *id && !id[strspn(id, ID_CHARACTERS)];
}

static size_t length(const char *s) {
  return s ? strlen(s) : 0;
}

size_t softlayer_url_size(const char *endpoint, const softlayer_call *call) {
  return length(endpoint) + length(call->service) + length(call->id) + length(call->method) +
         3 * (length(call->mask) + length(call->filter)) + 256;
}

static char *append(char *to, const char *text) {
  return stpcpy(to, text);
}

static char *append_parameter(char *to, char separator, const char *name, const char *value) {
  *to++ = separator;
  to = append(to, name);
  *to++ = '=';
  to += text_percent(to, value, strlen(value));
  *to = '\0';
  return to;
}

/* Text that is a mask already keeps its form: mask…, filteredMask…, several roots in brackets. */
static bool is_mask(const char *text) {
  return strncmp(text, "mask", 4) == 0 || strncmp(text, "filteredMask", 12) == 0 || *text == '[';
}

static char *append_mask(char *to, char separator, const char *mask) {
  if (is_mask(mask)) return append_parameter(to, separator, "objectMask", mask);
  to = append_parameter(to, separator, "objectMask", "mask[");
  to += text_percent(to, mask, strlen(mask));
  return append(to, "%5D");
}

void softlayer_url(char *url, const char *endpoint, const softlayer_call *call) {
  char separator = '?', limit[64];
  char *to = append(append(append(url, endpoint), "/SoftLayer_"), call->service);
  if (call->id) to = append(append(to, "/"), call->id);
  to = append(append(append(to, "/"), call->method), ".json");
  if (length(call->mask)) {
    to = append_mask(to, separator, call->mask);
    separator = '&';
  }
  if (length(call->filter)) {
    to = append_parameter(to, separator, "objectFilter", call->filter);
    separator = '&';
  }
  if (call->limit > 0) {
    snprintf(limit, sizeof limit, "%lld,%lld", call->offset, call->limit);
    append_parameter(to, separator, "resultLimit", limit);
  }
}
