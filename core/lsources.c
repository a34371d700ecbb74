/* The part of the engine's private table that knows sources: built in, and in overlays. */
#include "lsources.h"

#include <lauxlib.h>

#include "embed.h"
#include "lowned.h"

/* Keeps the value at the index as long as the state. */
static void keep(lua_State *L, int index) {
  lua_pushvalue(L, index);
  (void)luaL_ref(L, LUA_REGISTRYINDEX);
}

/* The table of texts at the index as a list, which lives as long as the state. */
static embed_overlay held_texts(lua_State *L, int index) {
  embed_overlay held = {0};
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) held.count++;
  embed_file *files = lua_newuserdatauv(L, (held.count + 1) * sizeof *files, 0);
  keep(L, -1);
  size_t i = 0;
  for (lua_pushnil(L); lua_next(L, index); i++) {
    files[i].name = luaL_checkstring(L, -2);
    files[i].text = luaL_checklstring(L, -1, &files[i].len);
    keep(L, -2);
    keep(L, -1);
    lua_pop(L, 1);
  }
  held.texts = files;
  return held;
}

/* core.overlay(dir) or core.overlay(file, {name = text, …}): searched after the command line's
 * overlays, if it may be; raises when there are too many */
static int l_overlay(lua_State *L) {
  state_options *options = state_options_of(L);
  const char *path = luaL_checkstring(L, 1);
  bool held = lua_istable(L, 2);
  if (options->no_overlay) return 0;
  if (!(held ? embed_may_hold_overlay : embed_may_overlay)(path, options->overlay_error)) return 0;
  luaL_argcheck(L, options->overlays.count < EMBED_OVERLAYS, 1, "more than 8 overlays");
  embed_overlay overlay = held ? held_texts(L, 2) : (embed_overlay){0};
  keep(L, 1);
  overlay.path = path;
  options->overlays.list[options->overlays.count++] = overlay;
  return 0;
}

/* core.overlay_texts(number) -> {name, …} | nil when that overlay is a directory */
static int l_overlay_texts(lua_State *L) {
  const embed_overlays *overlays = &state_options_of(L)->overlays;
  lua_Integer number = luaL_checkinteger(L, 1);
  luaL_argcheck(L, number > 0 && number <= (lua_Integer)overlays->count, 1, "no such overlay");
  const embed_overlay *overlay = &overlays->list[number - 1];
  if (!overlay->texts) return luaL_pushfail(L), 1;
  lua_createtable(L, (int)overlay->count, 0);
  for (size_t i = 0; i < overlay->count; i++) {
    lua_pushstring(L, overlay->texts[i].name);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* core.no_overlay(): the built-in sources only, whatever else is said */
static int l_no_overlay(lua_State *L) {
  state_options *options = state_options_of(L);
  options->no_overlay = true;
  *options->overlay_error = '\0';
  options->overlays.count = 0;
  return 0;
}

/* core.overlay_error() -> string | nil: why an overlay that was named is not used */
static int l_overlay_error(lua_State *L) {
  const char *error = state_options_of(L)->overlay_error;
  return *error ? lua_pushstring(L, error), 1 : 0;
}

/* core.overlays() -> {path, …} in the order of the search */
static int l_overlays(lua_State *L) {
  const embed_overlays *overlays = &state_options_of(L)->overlays;
  lua_createtable(L, (int)overlays->count, 0);
  for (size_t i = 0; i < overlays->count; i++) {
    lua_pushstring(L, overlays->list[i].path);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

static int push_source(lua_State *L, embed_result result, const embed_source *source,
                       const char *error) {
  if (result == EMBED_MISSING) return luaL_pushfail(L), 1;
  if (result == EMBED_REFUSED) return luaL_pushfail(L), lua_pushstring(L, error), 2;
  lua_pushlstring(L, source->text, source->len);
  lua_pushstring(L, source->chunk);
  return 2;
}

/* Where overlay 0 is the built-in sources alone, and no number all in their order. */
static embed_result load(const embed_overlays *overlays, lua_Integer number, const char *name,
                         embed_source *source, char error[EMBED_ERROR_SIZE]) {
  static const embed_overlays none;
  if (number > 0) return embed_load_overlay(&overlays->list[number - 1], name, source, error);
  return embed_load(number == 0 ? &none : overlays, name, source, error);
}

/* core.source(name, overlay?) -> text, origin | nil, message (a refused overlay file) | nil
 * With the number of an overlay only that one is searched, with 0 the built-in sources. */
static int l_source(lua_State *L) {
  embed_source source;
  char error[EMBED_ERROR_SIZE];
  const char *name = luaL_checkstring(L, 1);
  const embed_overlays *overlays = &state_options_of(L)->overlays;
  lua_Integer number = luaL_optinteger(L, 2, -1);
  luaL_argcheck(L, number >= -1 && number <= (lua_Integer)overlays->count, 2, "no such overlay");
  char **owner = lowned_push(L);
  embed_result result = load(overlays, number, name, &source, error);
  *owner = source.owned;
  return push_source(L, result, &source, error);
}

/* core.source_file(path) -> text, origin | nil, message (a refused file) | nil */
static int l_source_file(lua_State *L) {
  embed_source source;
  char error[EMBED_ERROR_SIZE];
  const char *path = luaL_checkstring(L, 1);
  char **owner = lowned_push(L);
  embed_result result = embed_load_file(path, &source, error);
  *owner = source.owned;
  return push_source(L, result, &source, error);
}

/* core.load(text, chunk_name, environment) -> function | nil, message; text chunks only */
static int l_load(lua_State *L) {
  size_t len;
  const char *text = luaL_checklstring(L, 1, &len);
  const char *chunk = luaL_checkstring(L, 2);
  luaL_checktype(L, 3, LUA_TTABLE);
  if (luaL_loadbufferx(L, text, len, chunk, "t") != LUA_OK)
    return luaL_pushfail(L), lua_insert(L, -2), 2;
  lua_pushvalue(L, 3);
  if (!lua_setupvalue(L, -2, 1)) lua_pop(L, 1); /* a chunk without globals has no _ENV */
  return 1;
}

/* core.upvalues(function) -> {name, …} that it and the functions inside it use from around it */
static int l_upvalues(lua_State *L) {
  const char *name;
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_newtable(L);
  for (int i = 1; (name = lua_getupvalue(L, 1, i)); i++) {
    lua_pop(L, 1);
    lua_pushstring(L, name);
    lua_rawseti(L, 2, i);
  }
  return 1;
}

/* core.parameters(function) -> number of named ones, whether it takes more */
static int l_parameters(lua_State *L) {
  lua_Debug about;
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 1);
  lua_getinfo(L, ">u", &about);
  lua_pushinteger(L, about.nparams);
  lua_pushboolean(L, about.isvararg);
  return 2;
}

/* core.builtin() -> {name, …}: the sources built into the executable, sorted */
static int l_builtin(lua_State *L) {
  lua_createtable(L, (int)embed_count, 0);
  for (size_t i = 0; i < embed_count; i++) {
    lua_pushstring(L, embed_files[i].name);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

static const luaL_Reg functions[] = {
    {"overlay", l_overlay},
    {"no_overlay", l_no_overlay},
    {"overlays", l_overlays},
    {"overlay_texts", l_overlay_texts},
    {"overlay_error", l_overlay_error},
    {"source", l_source},
    {"source_file", l_source_file},
    {"load", l_load},
    {"builtin", l_builtin},
    {"upvalues", l_upvalues},
    {"parameters", l_parameters},
    {NULL, NULL},
};

void lsources_add(lua_State *L, state_options *options) {
  lua_pushlightuserdata(L, options);
  luaL_setfuncs(L, functions, 1);
}
