--- What a service's proxy has besides the methods of the API, by name: `refines` gives a proxy again, `fields` names
--- properties, `method` takes a method's name, `hint` is shown at the prompt.

---@type table<string, { refines: boolean?, fields: boolean?, method: boolean?, hint: string }>
return {
  id = { refines = true, hint = "id(id: integer|string) → Service" },
  mask = { refines = true, fields = true, hint = "mask(wanted: string|table) → Service" },
  filteredMask = { refines = true, fields = true, hint = "filteredMask(wanted: string|table) → Service" },
  filter = { refines = true, fields = true, hint = "filter(conditions: table) → Service" },
  limit = { refines = true, hint = "limit(limit: integer, offset?: integer) → Service" },
  later = { method = true, hint = "later(method: string, …) → call" },
  each = { method = true, hint = "each(method: string, …) → iterator" },
}
