/* Lines typed at a terminal, edited with libedit: history, completion, a hint to the right of the
 * line, and Ctrl-C that gives the line up. */
#ifndef SLCPI_REPL_H
#define SLCPI_REPL_H

#include <stddef.h>

typedef struct repl_editor repl_editor;

typedef struct {
  size_t erase;       /* characters before the cursor that go away */
  const char *insert; /* what takes their place; NULL: nothing */
  const char *list;   /* shown below the line; NULL: nothing */
} repl_completion;

/* Who knows what could be typed. Texts are the helper's and hold until it is asked again. */
typedef struct {
  void *context;
  repl_completion (*complete)(void *context, const char *line, size_t cursor);
  const char *(*hint)(void *context, const char *line, size_t cursor); /* NULL: none */
} repl_helper;

typedef enum { REPL_LINE, REPL_EOF, REPL_INTERRUPTED } repl_end;

/* An editor on stdin and stdout, or NULL and a sentence in `error`. */
repl_editor *repl_open(char *error, size_t size);
void repl_close(repl_editor *editor);

/* Reads one line; what is between two bytes \1 in the prompt takes no room on the screen. *line is
 * the editor's, without its newline, and holds until the next call; after an interruption it is
 * what had been typed. */
repl_end repl_read(repl_editor *editor, const char *prompt, const repl_helper *helper, char **line);

/* Adds a line to those that the arrow keys bring back. */
void repl_remember(repl_editor *editor, const char *line);

#endif
