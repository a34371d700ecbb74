---@meta core.json
-- JSON text to Lua values and back, without loss: an integer stays an integer (all of int64), a
-- float a float, `[]` an array and `{}` an object. Text is strict RFC 8259.

local json = {}

--- The value null. It is true in a condition; compare with `== json.null`.
---@type lightuserdata
json.null = nil

---@class json.decode_options
---@field null? "absent" object members that are null are left out; a null value or element stays json.null

--- Reads one JSON value. Arrays carry the array mark; null is json.null.
---
--- Refused, with a message such as `json: a duplicate key at byte 8` (the first byte is 1): anything
--- that is not JSON, nesting deeper than 128, invalid UTF-8, lone surrogates, integers beyond 64
--- bits, numbers beyond a double, equal keys in one object, a byte order mark.
---
---     json.decode '{"id": 12, "tags": [], "note": null}'  --> {id = 12, tags = json.array {}, note = json.null}
---     json.decode('{"note": null}', {null = "absent"})    --> {}
---@param s string
---@param options? json.decode_options
---@return any value nil if it failed
---@return string? err
function json.decode(s, options) end

---@class json.encode_options
---@field pretty? boolean one member or element per line, indented by two spaces

--- Writes a value as ASCII text with sorted keys; a float always looks like one (`5.0`).
---
--- A marked table is an array, so is one with the keys 1..n (n > 0); any other table is an object,
--- also the empty one. Tables are read raw. Refused, with a message such as
--- `json: $.disks[2].size: a number that is not finite`: other keys, holes, strings that are not
--- UTF-8, cycles and nesting deeper than 128, nil, functions, userdata, tables with `__pairs`.
---
---     json.encode {ids = {1, 2}, tags = json.array {}}  --> {"ids":[1,2],"tags":[]}
---@param value any
---@param options? json.encode_options
---@return string? s nil if it failed
---@return string? err
function json.encode(value, options) end

--- Marks a table, or a new one, as an array: it is written as an array even when it is empty.
---@generic T: table
---@param t? T a table without a metatable
---@return T t the same table
function json.array(t) end

--- True for a marked table and for one with exactly the keys 1..n (n > 0).
---@param v any
---@return boolean
function json.is_array(v) end

--- Replaces each sequence of bytes that is not UTF-8 by U+FFFD.
---@param s string
---@return string
function json.clean(s) end

return json
