/* Time as slcpi sees it. Against a simulator the clock can run faster (`engine.speed`), so that a
 * wait of minutes takes a moment: sleeps, deadlines and both clocks are scaled together. Transfer
 * timeouts and the watchdog's grace period stay real, because the network and the rollback are. */
#ifndef SLCPI_CLOCK_H
#define SLCPI_CLOCK_H

#include <stdbool.h>

typedef struct {
  double speed;   /* 1: real time; N: N times faster; 0: never sleep, a sleep moves the clock */
  double skipped; /* seconds that were slept while a sleep only moves the clock */
  bool replays;   /* so do its sleeps, at any speed, from a moment that was recorded: */
  double wall, uptime; /* what is added to both clocks */
} virtual_clock;

#define CLOCK_GRACE 5.0 /* real seconds that a rollback has after the deadline */

/* Seconds that only move forward; the starting point means nothing. */
double clock_monotonic(const virtual_clock *clock);

/* Seconds since 1970, comparable between processes that run at the same speed. */
double clock_epoch(const virtual_clock *clock);

/* Real seconds since the machine started, whatever the speed: one clock for all its processes,
 * which nobody can set. */
double clock_boottime(void);

/* Sets both clocks, not the deadline; from now on sleeps only move them. */
void clock_replay(virtual_clock *clock, double epoch, double monotonic);

/* Sleeps; ends early at the deadline or on a signal, then returns false. */
bool clock_sleep(virtual_clock *clock, double seconds);

/* The same for real seconds, whatever the speed. */
bool clock_pause(const virtual_clock *clock, double seconds);

/* Seconds until the deadline (see limits_remaining); HUGE_VAL without one. */
double clock_remaining(const virtual_clock *clock);

/* Starts the request's deadline; a later call replaces it, unless it has passed. */
void clock_deadline(virtual_clock *clock, double seconds);

#endif
