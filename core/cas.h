/* Which certificate authorities hold when the configuration names none. */
#ifndef SLCPI_CAS_H
#define SLCPI_CAS_H

#include "curl.h"

typedef struct {
  const char *file; /* a bundle in PEM; NULL: none */
  const char *path; /* a directory that OpenSSL has hashed; NULL: none */
} cas;

/* The file that SSL_CERT_FILE names; else where `about` libcurl was told to look; else where
 * Debian, Red Hat, SUSE and Alpine keep theirs. All text is borrowed from these. */
cas cas_find(const char *ssl_cert_file, const curl_version_info_data *about);

#endif
