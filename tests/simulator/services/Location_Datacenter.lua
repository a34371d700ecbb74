-- Datacenters are the only locations here.

return { extends = "Location", methods = {} }
