-- SoftLayer's own command line client against slsim: what the people who know the API have.
local folder = require "support.folder"
local simulator = require "support.simulator"

local PYTHON = "/usr/bin/python3"
local MAIN = "from SoftLayer.CLI.core import main; main()"
local available = os.execute(PYTHON .. " -c 'import SoftLayer.CLI.core' >/dev/null 2>&1")

local BUILT = "GUEST_CORES_1 RAM_1_GB OS_UBUNTU_20_64 GUEST_DISK_25_GB_SAN 10_MBPS_PUBLIC_PRIVATE_NETWORK_UPLINKS "
  .. "BANDWIDTH_0_GB_2 1_IP_ADDRESS REBOOT_REMOTE_CONSOLE --complex-type SoftLayer_Container_Product_Order_Virtual_Guest "
  .. [[--extras '{"virtualGuests":[{"hostname":"o1","domain":"example.com"}]}']]
local KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f spec"
local NEW = "-D example.com -d dal13 -o UBUNTU_LATEST_64 --billing hourly "

-- A number advances the clock by so many seconds. A command is followed by texts that its output must
-- contain; "!" in front of it: it must fail, without a traceback. NAME keeps what the pattern captures as $NAME.
local scenario = {
  { "vs list", "hostname" },
  { "vs create-options", "dal13", "UBUNTU_20_64", "B1_2X4X100" },
  { "vs create -H a1 " .. NEW .. "-c 2 -m 4096 --san -n 1000 -k bosh --test", "No order placed", "2 x 2.0 GHz" },
  { "vs list", "hostname", without = "a1" },
  { "vs create -H a1 " .. NEW .. "-c 2 -m 4096 --san -n 1000 -k bosh --tag blue", "a1.example.com", "OrderId" },
  { "vs create -H f1 " .. NEW .. "--flavor B1_2X4X100 -n 1000", "f1.example.com", "100 GB (SAN)" },
  { "!vs create -H bad -D example.com -d dal13 -o NO_SUCH_SYSTEM --billing hourly -c 2 -m 4096 --san",
    "operatingSystemReferenceCode" },
  { "!vs create -H bad " .. NEW .. "-c 3 -m 4096 --san", "Unable to find price for core capacity of 3." },
  { "!vs ready a1 --wait 0", "not ready" },
  400,
  { "vs ready a1 --wait 0", "READY" },
  { "vs list", "a1", "f1", "dal13", "10.112." },
  { "vs list --tag blue", "a1", without = "f1" },
  { "vs detail a1", "a1.example.com", "Running", "blue", id = "\n%s*id%s+(%d+)" },
  { "vs detail $id", "a1.example.com" },
  { "vs credentials a1", "root" },
  { "vs power-off a1" },
  { "vs detail a1", "Halted" },
  { "vs power-on a1" },
  { "vs pause a1" },
  { "vs detail a1", "Paused" },
  { "vs resume a1" },
  { "vs reboot a1" },
  { "vs detail a1", "Running" },
  { "vs edit a1 --tag green --userdata hello", "userdata", "tags" },
  { "tags list", "green" },
  { "tags list -d", "a1.example.com", "GUEST" },
  { "vs upgrade a1 --cpu 4 --memory 8" },
  60,
  { "!vs capture a1 -n early", "active transaction" },
  400,
  { "vs detail a1", "8G" },
  { "vs capture a1 -n copy", "globalIdentifier" },
  400,
  { "image list --private", "copy", "bosh-stemcell-xen-ubuntu-trusty-lon02", image = "(%d+)%s+copy" },
  { "image edit $image --name better" },
  { "image detail $image", "better", "dal13" },
  { "image delete $image" },
  { "!image detail $image", "Unable to find object" },
  { "image list --public", "ubuntu-18.04-minimal" },
  { "vs reload f1" },
  { "!vs cancel f1", "active transaction" },
  400,
  { "vlan list", "524954", "1292653", "lon02.bcr01a" },
  { "vlan detail 1292653", "Dallas 13", "198.18." },
  { "subnet list", "Portable", "Primary", "dal13", subnet = "(%d+)%s+198%.18" },
  { "subnet detail $subnet", "198.18." },
  { "sshkey list", "136868", "bosh" },
  { "sshkey add -k '" .. KEY .. "' spec", "added" },
  { "!sshkey add -k '" .. KEY .. "' again", "SSH key already exists." },
  { "sshkey list", "spec", key = "(%d+)%s+spec" },
  { "sshkey edit $key --label renamed" },
  { "sshkey print $key", "renamed" },
  { "sshkey remove $key" },
  { "!sshkey print $key", "Unable to find" },
  { "securitygroup create -n web -d frontends", "web", "frontends", group = "id%s+(%d+)" },
  { "securitygroup list", "web" },
  { "securitygroup rule-add $group --direction ingress --protocol tcp --port-min 80 --port-max 81", "ingress" },
  { "!securitygroup rule-add $group --direction sideways", "direction" },
  { "securitygroup rule-list $group", "ingress", "tcp", "81", rule = "\n%s*(%d+)" },
  { "securitygroup rule-remove $group $rule" },
  { "securitygroup rule-list $group", without = "ingress" },
  { "securitygroup edit $group --name www" },
  { "securitygroup detail $group", "www" },
  { "securitygroup interface-add $group --server $id --interface public" },
  { "securitygroup interface-list $group", "a1", "PUBLIC" },
  { "!securitygroup delete $group", "attached" },
  { "securitygroup interface-remove $group --server $id --interface public" },
  { "securitygroup delete $group" },
  { "dedicatedhost create-options", "dal13" },
  { "dedicatedhost list" },
  { "order package-list", "CLOUD_SERVER", "DEDICATED_HOST" },
  { "order package-locations CLOUD_SERVER", "DALLAS13" },
  { "order category-list CLOUD_SERVER", "guest_core" },
  { "order item-list CLOUD_SERVER --category ram", "RAM_4_GB" },
  { "order preset-list PUBLIC_CLOUD_SERVER", "B1_2X4X100" },
  { "order place CLOUD_SERVER DALLAS13 " .. BUILT .. " --verify", "1 x 2.0 GHz" },
  { "order place CLOUD_SERVER DALLAS13 " .. BUILT, "id" },
  { "order place-quote CLOUD_SERVER DALLAS13 " .. BUILT .. " --name spec", "spec" },
  { "order quote-list", "spec", "PENDING" },
  { "account summary", "slsim" },
  { "account orders", "COMPLETED" },
  { "ticket subjects", "OS Reload Question" },
  { "call-api Account getVirtualGuests --mask=id,hostname --limit 1 --json-filter "
    .. [['{"virtualGuests":{"hostname":{"operation":"f1"}}}']], "f1", without = "a1" },
  { "call-api Account getVirtualGuests --mask=hostname --limit 1 --offset 50", without = "a1" },
  { "!call-api Account getVirtualGuests --mask=nonsense", "Property 'nonsense' not valid for 'SoftLayer_Virtual_Guest'." },
  400,
  { "event-log get -l 50", "Power On", "a1.example.com" },
  { "vs cancel a1" },
  { "ticket list", "Cancellation of a1" },
  { "!vs cancel a1", "billing item" },
  2000,
  { "vs list", "f1", without = "a1" },
}

describe("slcli", function()
  local at, sim, config

  local function run(words)
    local command = ("cd %s && exec timeout 60 %s -c %s -y -C %s --format=table %s 2>&1 </dev/null"):format(
      folder.quoted(at.path), PYTHON, folder.quoted(MAIN), folder.quoted(config), words)
    local pipe = assert(io.popen(command))
    local text = pipe:read "a"
    return pipe:close() == true, text
  end

  local function step(entry, known)
    local words, fails = entry[1]:gsub("^!", "")
    words = words:gsub("%$(%a+)", known)
    local ok, text = run(words)
    local shown = ("slcli %s\n%s"):format(words, text)
    assert.equal(fails == 0, ok, shown)
    assert.is_nil(text:find("report this error", 1, true), shown)
    for i = 2, #entry do assert.truthy(text:find(entry[i], 1, true), ("no '%s' in: %s"):format(entry[i], shown)) end
    if entry.without then assert.is_nil(text:find(entry.without, 1, true), shown) end
    for name, pattern in pairs(entry) do
      if math.type(name) == nil and name ~= "without" then
        known[name] = assert(text:gsub("[|│┃:]", " "):match(pattern), ("no %s in: %s"):format(name, shown))
      end
    end
  end

  it("works through the life of guests, images, keys, groups and orders", function()
    if not available then return pending("python3-softlayer is not installed") end
    at = folder.open()
    sim = simulator.start(at, { "--speed=0" })
    config = at:write("slcli.conf",
      ("[softlayer]\nusername = sim\napi_key = sim-api-key\nendpoint_url = %s/\ntimeout = 20\n"):format(sim.url))
    local known, ran = {}, 0
    for _, entry in ipairs(scenario) do
      if math.type(entry) then
        sim:ask("POST", "advance", { seconds = entry })
      else
        step(entry, known)
        ran = ran + 1
      end
    end
    assert.is_true(ran >= 40)
    for _, call in ipairs(sim:journal()) do
      assert.is_nil(call.surface_miss, ("%s.%s"):format(tostring(call.service), tostring(call.method)))
    end
    assert.equal("", sim:stop())
    at:close()
  end)
end)
