/* slcpi: answers one BOSH CPI request on stdin, or runs a person's command. Only the command line
 * is understood here; everything else begins in state.c. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "limits.h"
#include "rpc.h"
#include "state.h"

static const char usage[] =
    "usage: slcpi --config FILE [OPTION]…              answers one CPI request on stdin\n"
    "       slcpi call METHOD [JSON]… --config FILE    calls a CPI method, arguments as JSON\n"
    "       slcpi run [WORKFLOW [ARGUMENT]…]           runs a workflow, or lists them; ./FILE.lua "
    "is one\n"
    "       slcpi sl SERVICE METHOD [ID] [ARGUMENT]…   sends one call of the API\n"
    "       slcpi repl                                 SoftLayer and the CPI at a prompt\n"
    "       slcpi plan < REQUEST                       says what a request would do\n"
    "       slcpi list                                 lists all scripts, their steps and hooks\n"
    "       slcpi show NAME                            prints a script as it is in force\n"
    "       slcpi check                                checks overlays, without network\n"
    "       slcpi orphans [--known FILE]               lists what was ordered and never returned\n"
    "       slcpi reap [--yes]                         cancels it, after asking\n"
    "       slcpi doctor                               checks what slcpi needs\n"
    "       slcpi adopt KEY CID                        says what a record has ordered\n"
    "       slcpi trace FILE [--html OUT]              draws the timeline of a traced request\n"
    "\n"
    "  -c, --config FILE      the CPI's configuration (cpi.json)\n"
    "      --overlay DIR      searched for scripts and libraries before the built-in ones;\n"
    "                         may be repeated, the first one wins\n"
    "      --no-overlay       the built-in scripts only, whatever the configuration says\n"
    "      --log-level LEVEL  debug, info, warn, error or off (default: info, or the "
    "configuration)\n"
    "      --record DIR       keeps the conversation with the API in DIR, without secrets\n"
    "      --replay DIR       answers from such a recording, without network\n"
    "      --trace FILE       appends what the request did to FILE, for `slcpi trace`\n"
    "      --version          prints the version\n"
    "  -h, --help             prints this text\n"
    "\n"
    "The answer goes to stdout, the log to stderr. A request is answered with exit status 0 even\n"
    "when the answer is an error.\n";

enum {
  OPT_OVERLAY = 256,
  OPT_NO_OVERLAY,
  OPT_LOG_LEVEL,
  OPT_RECORD,
  OPT_REPLAY,
  OPT_TRACE,
  OPT_VERSION
};

static const struct option long_options[] = {
    {"config", required_argument, NULL, 'c'},
    {"overlay", required_argument, NULL, OPT_OVERLAY},
    {"no-overlay", no_argument, NULL, OPT_NO_OVERLAY},
    {"log-level", required_argument, NULL, OPT_LOG_LEVEL},
    {"record", required_argument, NULL, OPT_RECORD},
    {"replay", required_argument, NULL, OPT_REPLAY},
    {"trace", required_argument, NULL, OPT_TRACE},
    {"version", no_argument, NULL, OPT_VERSION},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static _Noreturn void misuse(const char *what) {
  fprintf(stderr, "slcpi: %s\n%s", what, usage);
  exit(2);
}

static _Noreturn void tell(const char *text) {
  fputs(text, stdout);
  exit(fflush(stdout) == 0 ? 0 : 1);
}

static void check_level(const char *level) {
  static const char *const levels[] = {"debug", "info", "warn", "error", "off", NULL};
  for (int i = 0; levels[i]; i++) {
    if (strcmp(level, levels[i]) == 0) return;
  }
  misuse("--log-level takes debug, info, warn, error or off");
}

static void add_overlay(state_options *options, const char *dir) {
  if (options->overlays.count == EMBED_OVERLAYS) misuse("more than 8 overlays");
  options->overlays.list[options->overlays.count++] = (embed_overlay){.path = dir};
}

static void take_option(state_options *options, int option) {
  switch (option) {
  case 'c':
    options->config = optarg;
    break;
  case OPT_OVERLAY:
    add_overlay(options, optarg);
    break;
  case OPT_NO_OVERLAY:
    options->no_overlay = true;
    break;
  case OPT_LOG_LEVEL:
    check_level(options->log_level = optarg);
    break;
  case OPT_RECORD:
    options->record = optarg;
    break;
  case OPT_REPLAY:
    options->replay = optarg;
    break;
  case OPT_TRACE:
    options->trace = optarg;
    break;
  case OPT_VERSION:
    tell("slcpi " SLCPI_VERSION "\n");
  case 'h':
    tell(usage);
  default:
    fputs(usage, stderr);
    exit(2);
  }
}

/* A core dump would hold the account's key. */
static void keep_secrets_in_memory(void) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

int main(int argc, char **argv) {
  state_options options = {0};
  for (int option; (option = getopt_long(argc, argv, "+c:h", long_options, NULL)) != -1;) {
    take_option(&options, option);
  }
  if (options.record && options.replay) misuse("either --record or --replay");
  if (options.no_overlay) options.overlays.count = 0;
  options.argc = argc - optind;
  options.argv = argv + optind;
  options.director = options.argc == 0;
  if (options.director && isatty(STDIN_FILENO)) misuse("a request is expected on stdin");
  keep_secrets_in_memory();
  if (options.director && !rpc_open()) rpc_last_words(RPC_BUG);
  if (!limits_catch_signals() && options.director) rpc_last_words(RPC_BUG);
  rpc_exit(state_run(&options));
}
