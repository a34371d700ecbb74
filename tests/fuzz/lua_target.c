/* A fuzz target written in Lua over slcpi's or slsim's own sources: build/fuzz/x runs
 * tests/fuzz/x.lua, which returns a function of the input that raises where a promise is broken.
 *
 * Lua is not instrumented, so a line hook counts what runs in libFuzzer's extra counters; and since
 * it sees every line, it also ends a check that takes more steps than any input may. */
#include <errno.h>
#include <lauxlib.h>
#include <lualib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/embed.h"
#include "core/modules.h"
#include "tests/simulator/slsim.h"

enum { COUNTERS = 1 << 14, MAX_STEPS = 50 * 1000 * 1000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t counters[COUNTERS];
static unsigned long steps;

static void on_line(lua_State *L, lua_Debug *line) {
  (void)lua_getinfo(L, "S", line);
  uintptr_t place = (uintptr_t)line->source / 16 * 31 + (uintptr_t)line->currentline;
  counters[place % COUNTERS]++;
  if (++steps > MAX_STEPS) luaL_error(L, "more than %d steps", MAX_STEPS);
}

static int complain(lua_State *L) {
  fprintf(stderr, "%s\n", luaL_tolstring(L, -1, NULL));
  luaL_traceback(L, L, NULL, 1);
  fprintf(stderr, "%s\n", lua_tostring(L, -1));
  abort();
}

/* "mask/parser.lua" becomes slsim.mask.parser, "lualib/bosh/tags.lua" becomes bosh.tags. */
static void preload(lua_State *L, const embed_file *file) {
  static const char library[] = "lualib/";
  bool ours = strncmp(file->name, library, sizeof library - 1) == 0;
  if (luaL_loadbuffer(L, file->text, file->len, file->name) != LUA_OK) complain(L);
  luaL_gsub(L, ours ? file->name + sizeof library - 1 : file->name, "/", ".");
  lua_pushlstring(L, lua_tostring(L, -1), lua_rawlen(L, -1) - sizeof ".lua" + 1);
  const char *name = lua_pushfstring(L, ours ? "%s" : "slsim.%s", lua_tostring(L, -1));
  lua_pushvalue(L, -4);
  lua_setfield(L, 1, name);
  lua_settop(L, 1);
}

static lua_State *open_state(void) {
  lua_State *L = luaL_newstate();
  if (!L) abort();
  luaL_openlibs(L);
  modules_preload(L);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_pushcfunction(L, luaopen_slsim_host);
  lua_setfield(L, 1, "slsim.host");
  for (size_t i = 0; i < embed_count; i++) preload(L, &embed_files[i]);
  lua_settop(L, 0);
  lua_pushcfunction(L, complain);
  const char *path = lua_pushfstring(L, "tests/fuzz/%s.lua", program_invocation_short_name);
  if (luaL_loadfile(L, path) != LUA_OK) complain(L);
  lua_remove(L, 2);
  (void)lua_pcall(L, 0, 1, 1);
  lua_sethook(L, on_line, LUA_MASKLINE, 0);
  return L;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static lua_State *L; /* one state for all inputs: libFuzzer has no end to close it at */
  if (!L) L = open_state();
  steps = 0;
  lua_settop(L, 2);
  lua_pushvalue(L, 2);
  lua_pushlstring(L, (const char *)data, size);
  (void)lua_pcall(L, 1, 0, 1);
  return 0;
}
