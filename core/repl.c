#include "repl.h"
#include "edit.h"
#include "limits.h"

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

enum { HISTORY_SIZE = 2000 };

static const char INVISIBLE = '\1';

struct repl_editor {
  const edit_api *edit;
  EditLine *line;
  History *history;
  const repl_helper *helper; /* these two only while a line is read */
  const char *prompt;
  char *text; /* a copy of the line, made for the helper and for the caller */
  bool hinting;
};

static repl_editor *editor_of(EditLine *line) {
  /* libedit calls back without our table, which is loaded by then. */
  char error[1];
  repl_editor *editor = NULL;
  edit_load(error, sizeof error)->el_get(line, EL_CLIENTDATA, &editor);
  return editor;
}

/* The line so far; *cursor is a place in it. NULL without memory. */
static const char *copy_line(repl_editor *e, size_t *cursor) {
  const LineInfo *info = e->edit->el_line(e->line);
  size_t len = (size_t)(info->lastchar - info->buffer);
  free(e->text);
  e->text = strndup(info->buffer, len);
  *cursor = (size_t)(info->cursor - info->buffer);
  return e->text;
}

/* Waits for a byte or a signal. */
static ssize_t read_byte(char *byte) {
  struct pollfd waits[] = {{STDIN_FILENO, POLLIN, 0}, {limits_wake_fd(), POLLIN, 0}};
  for (;;) {
    if (limits_interrupted()) return -1;
    if (poll(waits, 2, -1) < 0) {
      if (errno == EINTR) continue;
      return -1;
    }
    if (waits[0].revents == 0) continue;
    ssize_t n = read(STDIN_FILENO, byte, 1);
    if (n >= 0 || errno != EINTR) return n;
  }
}

/* One character of the terminal's encoding; a byte that begins none stands for itself. */
static int read_character(EditLine *line, wchar_t *character) {
  (void)line;
  mbstate_t state = {0};
  for (;;) {
    char byte;
    ssize_t n = read_byte(&byte);
    if (n <= 0) return (int)n;
    size_t used = mbrtowc(character, &byte, 1, &state);
    if (used == (size_t)-2) continue;
    if (used == (size_t)-1) *character = L'?';
    if (used == 0) *character = L'\0';
    return 1;
  }
}

static char *give_prompt(EditLine *line) {
  return (char *)(size_t)editor_of(line)->prompt;
}

/* Asked at each refresh, so it shows what is true of the line as it is drawn. */
static char *give_hint(EditLine *line) {
  static char none[] = "";
  repl_editor *e = editor_of(line);
  size_t cursor;
  if (!e->hinting || !copy_line(e, &cursor)) return none;
  const char *hint = e->helper->hint(e->helper->context, e->text, cursor);
  return hint ? (char *)(size_t)hint : none;
}

static void show_below(const char *text) {
  (void)fputs("\r\n", stdout);
  for (const char *c = text; *c; c++) {
    if (*c == '\n') (void)fputc('\r', stdout);
    (void)fputc(*c, stdout);
  }
  (void)fputs("\r\n", stdout);
  (void)fflush(stdout);
}

static unsigned char on_tab(EditLine *line, int character) {
  (void)character;
  repl_editor *e = editor_of(line);
  size_t cursor;
  if (!copy_line(e, &cursor)) return CC_ERROR;
  repl_completion c = e->helper->complete(e->helper->context, e->text, cursor);
  if (c.erase) e->edit->el_deletestr(line, (int)c.erase);
  if (c.insert && *c.insert) e->edit->el_insertstr(line, c.insert);
  if (!c.list) return c.insert && *c.insert ? CC_REFRESH : CC_REFRESH_BEEP;
  show_below(c.list);
  return CC_REDISPLAY;
}

/* Characters after which another hint may be due. */
static unsigned char on_turn(EditLine *line, int character) {
  char text[] = {(char)character, '\0'};
  editor_of(line)->edit->el_insertstr(line, text);
  return CC_REFRESH;
}

/* The hint leaves the screen before the line is left. */
static unsigned char on_enter(EditLine *line, int character) {
  (void)character;
  repl_editor *e = editor_of(line);
  e->hinting = false;
  e->edit->el_push(line, "\n"); /* is libedit's own end of a line */
  return CC_REFRESH;
}

static void bind_keys(const edit_api *edit, EditLine *line) {
  edit->el_set(line, EL_EDITOR, "emacs");
  edit->el_set(line, EL_ADDFN, "repl-complete", "completes the name", on_tab);
  edit->el_set(line, EL_ADDFN, "repl-turn", "inserts and looks for a hint", on_turn);
  edit->el_set(line, EL_ADDFN, "repl-enter", "ends the line", on_enter);
  edit->el_set(line, EL_BIND, "^I", "repl-complete", NULL);
  edit->el_set(line, EL_BIND, "(", "repl-turn", NULL);
  edit->el_set(line, EL_BIND, ")", "repl-turn", NULL);
  edit->el_set(line, EL_BIND, "{", "repl-turn", NULL);
  edit->el_set(line, EL_BIND, ",", "repl-turn", NULL);
  edit->el_set(line, EL_BIND, " ", "repl-turn", NULL);
  edit->el_set(line, EL_BIND, "^M", "repl-enter", NULL);
  edit->el_set(line, EL_BIND, "^R", "em-inc-search-prev", NULL);
  edit->el_set(line, EL_BIND, "\\e[1~", "ed-move-to-beg", NULL);
  edit->el_set(line, EL_BIND, "\\e[4~", "ed-move-to-end", NULL);
  edit->el_set(line, EL_BIND, "\\e[1;5D", "ed-prev-word", NULL);
  edit->el_set(line, EL_BIND, "\\e[1;5C", "em-next-word", NULL);
  edit->el_set(line, EL_BIND, "\\e[3~", "ed-delete-next-char", NULL);
}

static bool start(repl_editor *e) {
  HistEvent event;
  (void)setlocale(LC_CTYPE, ""); /* what a character is, for the terminal alone */
  if (!(e->history = e->edit->history_init())) return false;
  if (!(e->line = e->edit->el_init("slcpi", stdin, stdout, stderr))) return false;
  e->edit->history(e->history, &event, H_SETSIZE, HISTORY_SIZE);
  e->edit->history(e->history, &event, H_SETUNIQUE, 1);
  e->edit->el_set(e->line, EL_CLIENTDATA, e);
  e->edit->el_set(e->line, EL_SIGNAL, 0);
  e->edit->el_set(e->line, EL_HIST, e->edit->history, e->history);
  e->edit->el_set(e->line, EL_PROMPT_ESC, give_prompt, INVISIBLE);
  e->edit->el_set(e->line, EL_RPROMPT_ESC, give_hint, INVISIBLE);
  e->edit->el_set(e->line, EL_GETCFN, read_character);
  bind_keys(e->edit, e->line);
  return true;
}

repl_editor *repl_open(char *error, size_t size) {
  const edit_api *edit = edit_load(error, size);
  if (!edit) return NULL;
  repl_editor *e = calloc(1, sizeof *e);
  if (e) e->edit = edit;
  if (e && start(e)) return e;
  repl_close(e);
  (void)snprintf(error, size, "libedit does not start on this terminal");
  return NULL;
}

void repl_close(repl_editor *editor) {
  if (!editor) return;
  if (editor->line) editor->edit->el_end(editor->line);
  if (editor->history) editor->edit->history_end(editor->history);
  free(editor->text);
  free(editor);
}

repl_end repl_read(repl_editor *e, const char *prompt, const repl_helper *helper, char **line) {
  int len = 0;
  size_t cursor;
  e->prompt = prompt;
  e->helper = helper;
  e->hinting = true;
  e->edit->el_resize(e->line);               /* nobody told of a change since the last line */
  e->edit->el_set(e->line, EL_PREP_TERM, 1); /* keys count from the moment the prompt is seen */
  const char *read = e->edit->el_gets(e->line, &len);
  bool interrupted = limits_interrupted();
  if (interrupted) {
    *line = (char *)(size_t)copy_line(e, &cursor);
    e->edit->el_reset(e->line);
    return REPL_INTERRUPTED;
  }
  if (!read || len <= 0) return REPL_EOF;
  if (read[len - 1] == '\n') len--;
  free(e->text);
  *line = e->text = strndup(read, (size_t)len);
  return e->text ? REPL_LINE : REPL_EOF;
}

void repl_remember(repl_editor *editor, const char *line) {
  HistEvent event;
  editor->edit->history(editor->history, &event, H_ENTER, line);
}
