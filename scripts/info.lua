description = "Says which CPI API version and which stemcell formats this CPI serves; needs no configuration."
arguments = {}
effect = "read"
timeout = 10

function run()
  return { api_version = 3, stemcell_formats = { "softlayer-light", "softlayer-ovf" } }
end
