/* The Lua state of one process: capped memory, an allow-listed library, sources from embed.c, and
 * the engine that is handed the private functions of lengine.c. */
#ifndef SLCPI_STATE_H
#define SLCPI_STATE_H

#include <stdbool.h>

#include <lua.h>

#include "embed.h"

typedef struct {
  bool director;           /* a request on stdin; otherwise a person's command */
  const char *config;      /* path of cpi.json; NULL: none was named */
  const char *log_level;   /* NULL: the engine decides */
  const char *record;      /* a directory for what the request and the API say; NULL: none */
  const char *replay;      /* one that answers in the API's place; NULL: none */
  const char *trace;       /* a file for spans; NULL: the engine decides */
  embed_overlays overlays; /* from the command line */
  char overlay_error[EMBED_ERROR_SIZE]; /* why one of them may not be used; then none is */
  bool no_overlay;                      /* the overlay that the config names is ignored too */
  int argc;                             /* a person's command and its arguments */
  char **argv;
} state_options;

/* Runs the engine to its end and returns the process's exit status. In request mode one JSON
 * document has been written when it returns. */
int state_run(state_options *options);

/* Opens what scripts may use of the standard library, and `require` over the embedded sources. */
void state_open_safe(lua_State *L, const embed_overlays *overlays);

/* Pushes the table of private functions that the engine alone holds (lengine.c). `options` must
 * outlive the state. */
void state_push_core(lua_State *L, state_options *options);

/* For those functions: the options, their first upvalue. */
state_options *state_options_of(lua_State *L);

#endif
