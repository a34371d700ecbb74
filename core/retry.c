#include "retry.h"

#include <math.h>

double retry_delay(const retry_policy *policy, int attempt, double retry_after, double chance) {
  if (attempt < 1 || attempt >= policy->attempts) return -1;
  double ceiling = fmin(policy->cap, policy->base * exp2(fmin(attempt - 1, 60)));
  return fmax(retry_after, ceiling * chance);
}
