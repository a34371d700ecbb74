-- The quirks of the API that can be switched: `--quirk NAME`, `--quirk NAME=off`, and
-- POST /control/settings {quirks: {NAME: true}}. What is on by default is how the real API behaves; what
-- is off is odd, disputed, or was seen only once. docs/slsim.md says which numbered quirk is which switch.

local quirks = {}

--- Name, default, source tag, what it does when it is on.
quirks.ALL = {
  { "absent-nulls", false, "[G]", "local properties that are unset are absent instead of null" },
  { "bad-request-500", false, "[G]", "a body that is no JSON answers 500 instead of 400" },
  { "connection-close", false, "[I]", "every answer closes its connection" },
  { "created-201", true, "[D]", "createObject answers 201 with a Location" },
  { "delete-explicit", false, "[G]", "DELETE takes an explicit deleteObject" },
  { "escaped-slashes", true, "[F]", "slashes in JSON are escaped" },
  { "filter-refused", false, "[G]", "a filter that cannot be used is refused instead of ignored" },
  { "full-vlan-refused", false, "[G]", "a VLAN without a free primary address refuses guests instead of getting a subnet" },
  { "get-body-ignored", true, "[C]", "the body of a GET is ignored" },
  { "gzip", true, "[D]", "answers are packed when the request allows it" },
  { "lagged-objects", false, "[G]", "what --lag hides from lists is not found by its id either" },
  { "microseconds", true, "[F]", "dates of the event log have microseconds" },
  { "no-total-items", false, "[G]", "lists come without SoftLayer-Total-Items" },
  { "number-capacity", false, "[C]", "Product_Item.capacity is a JSON number" },
  { "rate-500", false, "[G]", "an exceeded rate limit answers 500 instead of 429" },
  { "refresh-needs-client", false, "[C]", "IAM gives and takes refresh tokens only with the public client's bx:bx" },
  { "registry-404", false, "[C]", "the BOSH registry answers 404 instead of 500 for an instance that it does not know" },
  { "retry-after", false, "[G]", "an exceeded rate limit answers with Retry-After" },
  { "shuffled-lists", true, "[D]", "lists that no filter sorts come in no useful order" },
  { "tags-stripped", false, "[G]", "characters that a tag may not have are dropped instead of refused" },
  { "txt-quotes", false, "[G]", "strings of .txt answers stand in quotes" },
  { "unprefixed-services", false, "[G]", "a service is found without SoftLayer_, too" },
  { "unquoted-strings", false, "[F]", "a string that is the whole answer has no quotes, as in old recordings" },
  { "unwrapped", false, "[I]", "a list of one element comes bare when resultLimit's limit is 1" },
  { "utc-dates", false, "[G]", "dates are in UTC whatever the user's time zone" },
  { "verb-405", false, "[G]", "a verb that cannot be answers 405 instead of 400" },
}

local state = {}

function quirks.reset()
  for _, entry in ipairs(quirks.ALL) do state[entry[1]] = entry[2] end
end
quirks.reset()

---@param name string
---@return boolean
function quirks.on(name)
  local on = state[name]
  assert(on ~= nil, name)
  return on
end

---@param name string
---@param on any
---@return boolean? done, string? problem
function quirks.set(name, on)
  if state[name] == nil then return nil, ("unknown quirk '%s'"):format(name) end
  if type(on) ~= "boolean" then return nil, ("quirk '%s' is on or off"):format(name) end
  state[name] = on
  return true
end

local WORDS = { on = true, off = false }

--- Reads what follows --quirk: "unwrapped", "gzip=off".
---@return boolean? done, string? problem
function quirks.take(text)
  local name, word = text:match("^([^=]*)=(.*)$")
  return quirks.set(name or text, WORDS[word or "on"])
end

---@return table<string, boolean>
function quirks.state()
  local copy = {}
  for name, on in pairs(state) do copy[name] = on end
  return copy
end

function quirks.print()
  for _, entry in ipairs(quirks.ALL) do
    print(("%-21s%-4s %s %s"):format(entry[1], entry[2] and "on" or "off", entry[3], entry[4]))
  end
end

return quirks
