-- Block volumes by their own type.

return { extends = "Network_Storage", methods = {} }
