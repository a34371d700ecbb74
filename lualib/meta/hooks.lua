---@meta
-- What `hooks/<script>.lua` of an overlay has, besides all that a script has. It may define nothing but members of these
-- four tables, one for each step, `run` included; they cannot be read.
--
--   function before.plan(size, properties) log.info("a disk of %d MiB", size) end

---What it returns is ignored. It gets the step's arguments; an error that it raises is the step's.
---@type table<string, fun(...: any)>
before = {}

---Gets the step's first result, then its arguments. What it returns, if anything, is the result.
---@type table<string, fun(result: any, ...: any): any>
after = {}

---Gets the step, then its arguments, and calls the step itself, or does not. Its results are the step's.
---@type table<string, fun(step: function, ...: any): any>
around = {}

---Takes the step's place.
---@type table<string, fun(...: any): any>
override = {}

---Makes errors to raise: [errors](#errors).
---@type errors
errors = require "errors"
