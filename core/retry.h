/* The arithmetic of retrying: which attempt may follow, and after how long. Policy only; who may
 * be retried at all is decided by the caller. */
#ifndef SLCPI_RETRY_H
#define SLCPI_RETRY_H

typedef struct {
  int attempts; /* how often a call is made at most, the first one included */
  double base;  /* seconds: the upper bound of the first delay */
  double cap;   /* seconds: the upper bound of any delay that we choose ourselves */
} retry_policy;

/* Seconds to wait after `attempt` (1 = the first) failed; negative: give up. Exponential with full
 * jitter: `chance` is a random number in [0, 1). `retry_after` is what the server asked for,
 * negative when it asked for nothing; it is a lower bound. */
double retry_delay(const retry_policy *policy, int attempt, double retry_after, double chance);

#endif
