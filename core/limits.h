/* The limits of one request: its deadline, its memory, and the signals that ask it to stop. */
#ifndef SLCPI_LIMITS_H
#define SLCPI_LIMITS_H

#include <stdbool.h>
#include <stddef.h>

/* Installs the handlers of SIGTERM, SIGINT and SIGHUP, ignores SIGPIPE and opens the wake
 * descriptor. Returns false (errno set) if the kernel refuses. */
bool limits_catch_signals(void);

/* A descriptor that turns readable as soon as a signal asked us to stop; -1 before
 * limits_catch_signals. Poll it together with whatever you wait for; never read from it. */
int limits_wake_fd(void);

/* True once a signal asked us to stop. */
bool limits_interrupted(void);

/* From now on SIGINT ends what runs, but not the process, and each one is told anew. */
void limits_begin_session(void);

/* Forgets a SIGINT and the deadline, so that a session goes on; the watchdog rests until the next
 * limits_start. False, and nothing changes, after a signal that asks the process itself to stop. */
bool limits_resume(void);

/* Starts the deadline `seconds` of real time from now; `grace` real seconds after it the watchdog
 * writes rpc's last words and ends the process. A later call replaces the deadline, unless it has
 * passed already. */
void limits_start(double seconds, double grace);

/* Real seconds left for new waits and transfers: until the deadline, or, once the deadline was
 * reported to the running code, until a second before the watchdog; 0 after a signal. HUGE_VAL
 * without a deadline. */
double limits_remaining(void);

/* True when the deadline has passed (the grace period may still run). */
bool limits_expired(void);

typedef enum { LIMITS_GO_ON, LIMITS_DEADLINE, LIMITS_SIGNAL } limits_stop;

/* Why the running code must stop, as long as nobody told it; it is told once, so that a rollback
 * can run in the grace period, but of a session's SIGINT until it resumes. Whoever tells it calls
 * limits_report. */
limits_stop limits_due(void);
void limits_report(void);

typedef struct {
  size_t used, cap; /* bytes */
} limits_memory;

/* A lua_Alloc over a limits_memory: refuses what would pass the cap. */
void *limits_alloc(void *memory, void *block, size_t old_size, size_t new_size);

#endif
