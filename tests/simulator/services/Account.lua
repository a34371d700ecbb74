-- The caller's account. Nearly all of its methods are getters of its relations.

return {
  subject = function(call) return call.user.account end,
  static_getters = true,
  methods = {
    getCurrentUser = { static = true, returns = "User_Customer", run = function(_, call) return call.user end },
  },
}
