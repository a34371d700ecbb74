/* The REST dialect of SoftLayer: how a call becomes a URL. Pure text; see lsoftlayer.c for the
 * wire.
 *
 * Every method is spelt out and sent by GET or, with arguments, by POST; that form is accepted for
 * all methods, while the implied names of PUT and DELETE are not (DELETE …/deleteObject is a 404).
 */
#ifndef SLCPI_SOFTLAYER_H
#define SLCPI_SOFTLAYER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
  const char *service;     /* "Virtual_Guest" */
  const char *method;      /* "getObject" */
  const char *id;          /* number or GUID; NULL: none */
  const char *mask;        /* any form; bare lists are wrapped into mask[…]; NULL: none */
  const char *filter;      /* JSON text; NULL: none */
  long long offset, limit; /* limit 0: none */
} softlayer_call;

/* True for a name that may stand in a path: letters, digits, underscores. */
bool softlayer_is_name(const char *name);

/* True for what may identify an object: digits, or letters, digits and dashes of a GUID. */
bool softlayer_is_id(const char *id);

/* Bytes that softlayer_url needs at most. */
size_t softlayer_url_size(const char *endpoint, const softlayer_call *call);

/* Writes the call's URL below `endpoint` ("https://api.softlayer.com/rest/v3.1"), NUL-terminated.
 */
void softlayer_url(char *url, const char *endpoint, const softlayer_call *call);

#endif
