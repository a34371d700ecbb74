-- Records of the type Srv.

return { extends = "Dns_Domain_ResourceRecord", methods = {} }
