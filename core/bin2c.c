/* bin2c: turns Lua sources into a C table that embed.c searches. A build tool, not part of slcpi.
 *
 *   bin2c [--strip PREFIX] FILE… > table.c      FILE may be NAME=PATH to store PATH under NAME
 *
 * Text, not bytecode: `slcpi show` prints what runs, and bytecode is never loaded. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  char *name;
  const char *path;
} entry;

static int compare(const void *a, const void *b) {
  return strcmp(((const entry *)a)->name, ((const entry *)b)->name);
}

static entry parse(const char *argument, const char *strip) {
  const char *equals = strchr(argument, '=');
  entry e = {strdup(argument), argument};
  if (!e.name) exit(1);
  if (equals) {
    e.name[equals - argument] = '\0';
    e.path = equals + 1;
  } else if (strip && strncmp(e.name, strip, strlen(strip)) == 0) {
    memmove(e.name, e.name + strlen(strip), strlen(e.name) - strlen(strip) + 1);
  }
  return e;
}

static void emit_text(const entry *e, int index) {
  FILE *in = fopen(e->path, "rb");
  if (!in) {
    perror(e->path);
    exit(1);
  }
  printf("static const unsigned char text%d[] = {", index);
  for (int c, column = 0; (c = getc(in)) != EOF; column++) {
    printf("%s%d,", column % 32 == 0 ? "\n" : "", c);
  }
  printf("0};\n");
  fclose(in);
}

int main(int argc, char **argv) {
  int first = 1;
  const char *strip = NULL;
  if (argc > 2 && strcmp(argv[1], "--strip") == 0) {
    strip = argv[2];
    first = 3;
  }
  int n = argc - first;
  entry *entries = calloc((size_t)n + 1, sizeof *entries);
  if (!entries) return 1;
  for (int i = 0; i < n; i++) entries[i] = parse(argv[first + i], strip);
  qsort(entries, (size_t)n, sizeof *entries, compare);
  puts("#include \"core/embed.h\"");
  for (int i = 0; i < n; i++) emit_text(&entries[i], i);
  puts("const embed_file embed_files[] = {");
  for (int i = 0; i < n; i++) {
    printf("  {\"%s\", (const char *)text%d, sizeof text%d - 1},\n", entries[i].name, i, i);
  }
  printf("  {0, 0, 0}};\nconst size_t embed_count = %d;\n", n);
  return ferror(stdout) ? 1 : 0;
}
