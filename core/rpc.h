/* The conversation with a director: one request on fd 0, exactly one JSON document on fd 1.
 *
 * rpc takes fd 1 for itself, so that nothing else can write to it. It also keeps "last words"
 * prepared: complete error documents that a signal handler can write when Lua no longer can. */
#ifndef SLCPI_RPC_H
#define SLCPI_RPC_H

#include <stdbool.h>
#include <stddef.h>

enum { RPC_MAX_REQUEST = 8 * 1024 * 1024 };

typedef enum { RPC_DEADLINE, RPC_MEMORY, RPC_SIGNAL, RPC_BUG, RPC_REASONS } rpc_reason;

typedef enum { RPC_READ, RPC_TOO_LARGE, RPC_UNREADABLE, RPC_NO_MEMORY } rpc_status;

/* Moves stdout to a private descriptor and points fd 1 at stderr. Returns false (errno set) when
 * the descriptors cannot be arranged; last words then still reach fd 1. */
bool rpc_open(void);

/* Reads stdin to its end. At most RPC_MAX_REQUEST bytes are kept; more are drained, because a
 * director deadlocks on a pipe that nobody reads. *text is NUL-terminated, the caller frees it. */
rpc_status rpc_read(char **text, size_t *len);

/* Writes the answer with all signals blocked. Returns true when stdout took all of it. Only the
 * first call writes; later ones return false. */
bool rpc_write(const char *text, size_t len);

/* Prepares the last words for this reason: a CloudError with that message (made ASCII, cut to fit).
 */
void rpc_prepare(rpc_reason reason, const char *message, bool ok_to_retry);

/* Writes the prepared last words, unless an answer was begun, and ends the process. Safe in a
 * signal handler. Status 0 in request mode; otherwise the words go to stderr and the status is 1.
 */
_Noreturn void rpc_last_words(rpc_reason reason);

/* Ends the process without the destructors of libcurl's libraries: some of them ask for memory, and
 * abort when there is none, after the answer. A director without an answer gets the last words. */
_Noreturn void rpc_exit(int status);

#endif
