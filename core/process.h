/* One program, run to its end: no shell, no descriptors of ours, its input and output in memory.
 * It and what it starts are a process group of their own, and when it ends, when its time is over
 * or when we must stop, the group is killed. Needs SIGPIPE ignored (limits_catch_signals). */
#ifndef SLCPI_PROCESS_H
#define SLCPI_PROCESS_H

#include <stddef.h>

typedef struct {
  char *const *argv; /* NULL-terminated; argv[0] without a slash is looked up in our PATH */
  char *const *env;  /* NULL-terminated "NAME=value"; nothing else is handed over */
  const char *input; /* its stdin */
  size_t input_len;
  double timeout;   /* seconds of real time, clipped to limits_remaining() */
  size_t max_bytes; /* of stdout, and of stderr */
} process_options;

typedef enum {
  PROCESS_ENDED,
  PROCESS_NOT_STARTED, /* error_number tells why */
  PROCESS_LATE,        /* killed at its timeout */
  PROCESS_STOPPED,     /* killed at the request's deadline, or after a signal */
  PROCESS_TOO_LARGE,   /* killed for more than max_bytes */
  PROCESS_NO_MEMORY
} process_end;

typedef struct {
  char *text; /* owned; not terminated, NULL when len is 0 */
  size_t len, size;
} process_output;

typedef struct {
  process_end end;
  int error_number;
  int status, signal; /* of PROCESS_ENDED: the exit status, or -1 and the signal */
  process_output out, err;
} process_result;

/* Runs the program and fills `result`. */
void process_run(const process_options *options, process_result *result);

/* Frees what a result owns and clears it; idempotent. */
void process_clear(process_result *result);

#endif
