-- The search over the account's resources.

local search = require "slsim.model.search"

return { methods = {
  getObjectTypes = { static = true, returns = "*Container_Search_ObjectType", run = function() return search.types() end },
  search = { static = true, args = "searchString:string", returns = "*Container_Search_Result",
    run = function(_, call, text) return search.run(text, call) end },
  advancedSearch = { static = true, args = "searchString:string", returns = "*Container_Search_Result",
    run = function(_, call, text) return search.run(text, call) end },
} }
