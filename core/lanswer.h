/* What an HTTP response means as the answer of one API call: a value, the API's own refusal, or no
 * usable answer at all. */
#ifndef SLCPI_LANSWER_H
#define SLCPI_LANSWER_H

#include "http.h"

#include <lua.h>

/* Pushes { value= | err={kind=, message=, code=, status=, retry_after=, sent=, stopped=}, status=,
 * total=, seconds=, bytes_out=, bytes_in= }. `decode` is the index of core.json's decode; `nulls`
 * keeps the null members of the answer, which are left out otherwise. */
void lanswer_push(lua_State *L, int decode, const http_response *response, bool nulls);

#endif
