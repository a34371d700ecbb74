-- Records of the type Mx.

return { extends = "Dns_Domain_ResourceRecord", methods = {} }
