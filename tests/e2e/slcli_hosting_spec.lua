-- Where guests can be put: dedicated hosts, placement groups, reserved capacity.
local slcli = require "support.slcli"

local NEW = "-D example.com -d dal13 -o UBUNTU_LATEST_64 --billing hourly "

describe("slcli", function()
  slcli.scenario("puts guests on hosts and into groups", {
    { "dedicatedhost create-options", "dal13", "56_CORES_X_242_RAM_X_1_4_TB" },
    { "dedicatedhost create-options --datacenter dal13 --flavor 56_CORES_X_242_RAM_X_1_4_TB", "bcr01a.dal13" },
    { "dedicatedhost create -H h1 -D example.com -d dal13 -f 56_CORES_X_242_RAM_X_1_4_TB --billing hourly --verify", "3.16" },
    { "dedicatedhost create -H h1 -D example.com -d dal13 -f 56_CORES_X_242_RAM_X_1_4_TB --billing hourly" },
    { "dedicatedhost list", "h1", "dal13", host = "(%d+)%s+h1" },
    { "vs create -H d1 " .. NEW .. "-c 32 -m 65536 --san --dedicated --host-id $host", "d1.example.com" },
    { "!vs create -H d2 " .. NEW .. "-c 32 -m 65536 --san --dedicated --host-id $host", "does not have enough capacity" },
    { "dedicatedhost detail $host --guests", "h1", "d1", "dal13" },
    { "dedicatedhost list-guests $host", "d1" },
    { "!dedicatedhost cancel $host", "still has guests" },
    400,
    { "dedicatedhost cancel-guests $host" },
    2000,
    { "dedicatedhost cancel $host" },
    { "dedicatedhost list", without = "h1" },
    { "vs placementgroup create-options", "bcr01a.dal13", "SPREAD" },
    { "vs placementgroup create --name pg -b bcr01a.dal13 -r SPREAD", "pg" },
    { "vs placementgroup list", "pg", "bcr01a.dal13" },
    { "vs create -H p1 " .. NEW .. "-c 1 -m 1024 --san --placementgroup pg", "p1.example.com" },
    400,
    { "vs placementgroup detail pg", "p1.example.com", "SPREAD" },
    { "!vs placementgroup delete pg", "still has guests" },
    { "vs cancel p1" },
    2000,
    { "vs placementgroup delete pg" },
    { "vs placementgroup list", without = "pg" },
    { "vs capacity create-options", "B1_1X2_1_YEAR_TERM", "bcr01a.dal13" },
    { "vs capacity list", "reserved", "B1.1x2 (1 Year Term)", capacity = "(%d+)%s+reserved" },
    { "vs capacity detail $capacity", "B1.1x2 (1 Year Term)" },
    { "vs capacity create-guest --capacity-id $capacity -H c1 -D example.com -o UBUNTU_LATEST_64 --primary-disk 25", "1 x 2.0 GHz" },
    400,
    { "vs capacity detail $capacity", "c1" },
    { "vs capacity create --name more -b 539162 -f B1_2X4_1_YEAR_TERM -i 2 --test", "B1.2x4 (1 Year Term)" },
    { "vs capacity create --name more -b 539162 -f B1_2X4_1_YEAR_TERM -i 2" },
    { "vs capacity list", "more" },
  })
end)
