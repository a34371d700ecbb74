/* Files that must survive a crash: written whole or not at all, and on disk before we go on. */
#ifndef SLCPI_FILES_H
#define SLCPI_FILES_H

#include <stdbool.h>
#include <stddef.h>

/* Writes all of the text; false sets errno. */
bool files_write(int fd, const char *text, size_t len);

/* Replaces the file by `text`, mode 0600, through a temporary file beside it; the file and its
 * directory are synced before the function returns. False (errno set) leaves the old file. */
bool files_write_atomic(const char *path, const char *text, size_t len);

/* Makes a directory with its parents, mode 0700, on disk when it returns; an existing one is fine.
 * False sets errno. */
bool files_mkdir(const char *path);

#endif
