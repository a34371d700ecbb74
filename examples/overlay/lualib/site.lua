--- What this site has decided; the hooks beside it see that it is so.

return {
  tag = "ams",                     -- every VM is tagged site:ams
  required_tag = "cost_center",    -- of the manifest's `tags`; a VM without it is refused
  prefix = "^%l+%-%l+$",           -- of hostnames: team-role
  most_cores = 16,
  refused_flavors = { "^AC" }, -- how they begin: those with GPUs
  elsewhere = { ams01 = "ams03", ams03 = "ams01" }, -- where a VM goes when there is no room
  ssh_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f operations@example.com",
  tiers = { cf = 4, logs = 2 },    -- IOPS per GB of a deployment's disks whose manifest does not say
}
