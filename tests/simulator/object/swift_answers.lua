-- What Swift's operations share: its refusals, which are pages, and what they look for.

local random = require "slsim.random"
local store  = require "slsim.object.store"

local answers = {}
local Refusal = {}

answers.SPACE = "Swift"

local TEXTS = {
  [400] = { "Bad Request", "The server could not comply with the request since it is either malformed or otherwise incorrect." },
  [401] = { "Unauthorized", "This server could not verify that you are authorized to access the document you requested." },
  [404] = { "Not Found", "The resource could not be found." },
  [405] = { "Method Not Allowed", "The method is not allowed for this resource." },
  [409] = { "Conflict", "There was a conflict when trying to complete your request." },
  [412] = { "Precondition Failed", "A precondition for this request was not met." },
  [413] = { "Request Entity Too Large", "The body of your request was too large for this server." },
  [416] = { "Requested Range Not Satisfiable", "The Range requested is not available." },
  [422] = { "Unprocessable Entity", "Unable to process the contained instructions" },
  [500] = { "Internal Error", "The server has either erred or is incapable of performing the requested operation." },
  [501] = { "Not Implemented", "The server does not support the functionality required." },
  [503] = { "Service Unavailable", "The server is currently unavailable. Please try again at a later time." },
}

---@return table reply
function answers.new(status, headers, body)
  local reply = { status = status, body = body or "", headers = { ["X-Trans-Id"] = "tx" .. random.hex(21) } }
  for name, value in pairs(headers or {}) do reply.headers[name] = value end
  return reply
end

--- Ends the request with a page.
function answers.refuse(status, explanation)
  error(setmetatable({ status = status, explanation = explanation }, Refusal), 0)
end

---@return boolean
function answers.is_refusal(value) return getmetatable(value) == Refusal end

---@return table reply
---@return { code: string, error: string } told for the journal
function answers.page(status, explanation)
  local text = TEXTS[status] or TEXTS[500]
  local reply = answers.new(status, { ["Content-Type"] = "text/html; charset=UTF-8" },
    ("<html><h1>%s</h1><p>%s</p></html>"):format(text[1], explanation or text[2]))
  if status == 401 then reply.headers["Www-Authenticate"] = 'Swift realm="slsim"' end
  return reply, { code = text[1], error = explanation or text[2] }
end

-- Which status a kind of fault has.
local FAULTS = { error = 500, internal = 200, rate = 503, unauthorized = 401, token = 401, missing = 404 }

---@return table reply what a fault rule asks for
function answers.of_fault(kind, rule)
  return (answers.page(math.tointeger(rule.status) or FAULTS[kind], rule.text))
end

function answers.container(request)
  return store.space(answers.SPACE)[request.container] or answers.refuse(404)
end

--- The headers that what is stored keeps: those with a prefix and these.
---@param prefix string "x-object-meta-"
---@return table<string, string>
function answers.metadata(request, prefix, ...)
  local kept = {}
  for name, value in pairs(request.headers) do
    if name:sub(1, #prefix) == prefix then kept[name] = value end
  end
  for _, name in ipairs { ... } do kept[name] = request.headers[name] end
  return kept
end

return answers
