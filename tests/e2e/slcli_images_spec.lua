-- Images, keys, networks and security groups as slcli shows them.
local objects = require "support.objects"
local slcli = require "support.slcli"

local KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f spec"

describe("slcli", function()
  slcli.scenario("imports, copies and deletes images", {
    { "image list --public", "ubuntu-18.04-minimal", without = "bosh-stemcell" },
    { "image list --private", "bosh-stemcell-xen-ubuntu-trusty-lon02" },
    { "!image import new http://x/o.vhd --os-code UBUNTU_LATEST_64", "invalid network storage service resource protocol" },
    { "!image import new swift://SLOS278444-1@dal05/c/o.vhd --os-code UBUNTU_LATEST_64", "invalid network storage service resource" },
    function(client)
      objects.swift(client.sim, "c/o.vhd", objects.vhd(10))
      objects.cos(client.sim, "stemcells/o.vhd", objects.vhd(10))
    end,
    { "image import new swift://SLOS278444-1@dal05/c/o.vhd --os-code UBUNTU_LATEST_64 --note first", "new" },
    { "image import iced cos://us-south/stemcells/o.vhd --os-code UBUNTU_LATEST_64 --ibm-api-key sim-iam-key", "iced" },
    { "image list --private", "new", image = "(%d+)%s+new" },
    { "!vs create -H i1 -D example.com -d dal05 --image $image --billing hourly -c 1 -m 1024 --san", "" },
    1000,
    { "image detail $image", "dal05", "first", "Active" },
    { "vs create -H i1 -D example.com -d dal05 --image $image --billing hourly -c 1 -m 1024 --san", "i1.example.com" },
    { "image edit $image --name better --note second --tag t1" },
    { "image detail $image", "better", "second" },
    { "image datacenter $image --add dal13" },
    120,
    { "image detail $image", "dal13" },
    { "image datacenter $image --remove dal05" },
    120,
    { "image detail $image", "dal13", without = "dal05" },
    { "image export $image swift://SLOS278444-1@dal05/c/copy.vhd" },
    1000,
    { "image delete $image" },
    { "!image detail $image", "Unable to find object" },
  })

  slcli.scenario("keeps SSH keys", {
    { "sshkey list", "136868", "bosh" },
    { "sshkey add -k '" .. KEY .. "' spec", "added" },
    { "!sshkey add -k '" .. KEY .. "' again", "SSH key already exists." },
    { "sshkey list", "spec", key = "(%d+)%s+spec" },
    { "sshkey edit $key --label renamed" },
    { "sshkey print $key", "renamed" },
    { "sshkey remove $key" },
    { "!sshkey print $key", "Unable to find" },
  })

  slcli.scenario("shows networks and guards guests with security groups", {
    { "vlan list", "524954", "1292653", "lon02.bcr01a" },
    { "subnet list", "Portable", "Primary", "dal13", subnet = "(%d+)%s+198%.18" },
    { "subnet detail $subnet", "198.18." },
    { "subnet lookup 10.112.39.5", "10.112.39.0/26", "SECONDARY_ON_VLAN" },
    { "!subnet lookup 192.0.2.1", "Not found" },
    { "securitygroup create -n web -d frontends", "web", "frontends", group = "id%s+(%d+)" },
    { "securitygroup list", "web" },
    { "vs create -H a1 -D example.com -d dal13 -o UBUNTU_LATEST_64 --billing hourly -c 1 -m 1024 --san "
      .. "--private-security-group $group", "a1.example.com" },
    400,
    { "vlan detail 1292653", "Dallas 13", "a1" },
    { "vs list", "a1", id = "(%d+)%s+a1", address = "(10%.112%.%d+%.%d+)" },
    { "subnet lookup $address", "a1.example.com" },
    { "securitygroup interface-list $group", "a1", "PRIVATE" },
    { "securitygroup rule-add $group --direction ingress --protocol tcp --port-min 80 --port-max 81", "ingress" },
    { "!securitygroup rule-add $group --direction sideways", "direction" },
    { "securitygroup rule-list $group", "ingress", "tcp", "81", rule = "\n%s*(%d+)" },
    { "securitygroup rule-edit $group $rule --port-max 82" },
    { "securitygroup rule-list $group", "82" },
    { "securitygroup rule-remove $group $rule" },
    { "securitygroup rule-list $group", without = "ingress" },
    { "securitygroup edit $group --name www" },
    { "securitygroup detail $group", "www" },
    { "securitygroup interface-add $group --server $id --interface public" },
    { "securitygroup interface-list $group", "a1", "PUBLIC" },
    { "!securitygroup delete $group", "attached" },
    { "vs detail $id", "www" },
    { "securitygroup interface-remove $group --server $id --interface public" },
    { "vs cancel $id" },
    2000,
    { "securitygroup delete $group" },
    { "securitygroup list", without = "www" },
  })
end)
