-- Which properties a create template may have at all, on every level.

local errors = require "slsim.errors"
local guess  = require "slsim.guess"
local json   = require "core.json"
local parts  = require "slsim.model.template_parts"
local types  = require "slsim.types"

guess("[G]", "a template property that SoftLayer_Virtual_Guest does not have is refused; tagReferences is ignored")

local OWNER = "SoftLayer_Virtual_Guest"

-- What the create method takes although the type does not declare it as a property.
local EXTRA = { supplementalCreateObjectOptions = true, hostId = true, complexType = true }

-- What supplementalCreateObjectOptions may have: SoftLayer_Virtual_Guest_SupplementalCreateObjectOptions.
local SUPPLEMENTAL = { bootMode = true, flavorKeyName = true, immediateApprovalOnlyFlag = true, postInstallScriptUri = true,
  complexType = true }

local function unknown(name, owner)
  errors.public("Property '%s' not valid for '%s'.", name, owner)
end

local function known_properties(fields, owner, extra)
  local declared = types.get(owner).properties
  for name, value in pairs(fields) do
    local property = declared[name]
    if not property and not extra[name] then unknown(name, owner) end
    if property and property.type and type(value) == "table" and value ~= json.null then
      for _, member in ipairs(property.many and value or { value }) do
        if type(member) == "table" and member ~= json.null then known_properties(member, property.type, { complexType = true }) end
      end
    end
  end
end

--- Refuses properties that the types do not have.
return function(fields)
  known_properties(fields, OWNER, EXTRA)
  local options = parts.path_of(fields, "supplementalCreateObjectOptions")
  for name in pairs(type(options) == "table" and options or {}) do
    if not SUPPLEMENTAL[name] then unknown(name, OWNER .. "_SupplementalCreateObjectOptions") end
  end
end
