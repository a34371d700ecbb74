-- Records of the type A.

return { extends = "Dns_Domain_ResourceRecord", methods = {} }
