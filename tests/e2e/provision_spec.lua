-- stemcells/provision in a minimal Debian: what it leaves, and that an agent started as its units say finds its settings.

local agent = require "support.agent"
local authority = require "support.authority"
local build = require "support.build"
local folder = require "support.folder"
local json = require "core.json"
local process = require "support.process"
local requests = require "support.requests"
local sys = require "core.sys"
local unit = require "support.unit"
local world = require "support.world"

if io.popen "id -u":read "n" ~= 0 then
  return describe("stemcells/provision", function() it("runs", function() pending "a chroot needs root" end) end)
end

local AGENT = "tests/support/agent.py"

-- mode, owner and path of what is there, as find tells it
local TREE = [[
drwxr-xr-x root:root /var/vcap
drwxr-xr-x root:root /var/vcap/bosh
-rw-r--r-- root:root /var/vcap/bosh/agent.json
drwxr-xr-x root:root /var/vcap/bosh/bin
-rwxr-xr-x root:root /var/vcap/bosh/bin/bosh-agent
-rwxr-xr-x root:root /var/vcap/bosh/bin/bosh-agent-rc
-rwxr-xr-x root:root /var/vcap/bosh/bin/bosh-start-logging-and-auditing
-rwxr-xr-x root:root /var/vcap/bosh/bin/monit
-rw-r--r-- root:root /var/vcap/bosh/bin/monit-front.py
-rwxr-xr-x root:root /var/vcap/bosh/bin/restart_networking
-rwxr-xr-x root:root /var/vcap/bosh/bin/sync-time
drwxr-xr-x root:root /var/vcap/bosh/etc
-rwx------ root:root /var/vcap/bosh/etc/monitrc
-rw-r--r-- root:root /var/vcap/bosh/etc/operating_system
-rw-r--r-- root:root /var/vcap/bosh/etc/stemcell_version
drwxr-xr-x root:root /var/vcap/bosh/log
drwxr-xr-x root:root /var/vcap/data
drwxr-xr-x root:root /var/vcap/micro_bosh
drwxr-xr-x root:root /var/vcap/micro_bosh/data
drwxr-xr-x root:root /var/vcap/micro_bosh/data/cache
drwxr-xr-x root:root /var/vcap/monit
-rw-r--r-- root:root /var/vcap/monit/empty.monitrc
drwxr-xr-x root:root /var/vcap/monit/job
-r--r----- root:root /etc/sudoers.d/bosh
-rw-r--r-- root:root /etc/multipath.conf
-rw-r--r-- root:root /etc/ssh/sshd_config.d/10-bosh.conf
-rw-r--r-- root:root /etc/systemd/system/bosh-agent.service
-rw-r--r-- root:root /etc/systemd/system/monit.service
-rw-r--r-- root:root /etc/systemd/system/monit-front.service
-rw-r--r-- root:root /etc/systemd/system/ssh-host-keys.service
drwx------ vcap:vcap /home/vcap
]]

-- Everything in a tree, with what a second run could change.
local LISTING = [[cd "$0" && find . -xdev \( -path ./proc -o -path ./tmp -o -path ./run -o -path ./root/stemcells \) -prune \
  -o -printf '%M %u:%g %p %l %T@\n' | LC_ALL=C sort]]

-- A job of monit's, and what the agent asks of monit: in a network of its own, for the port is a fixed one, and with
-- processes of its own, which end with it.
local MONIT = [[
set -e
ip link set lo up
root=$0
mkdir -p $root/var/vcap/data/sys/run
printf vcap:random-password >$root/var/vcap/monit/monit.user
cat >$root/var/vcap/monit/job/0001_job.monitrc <<END
check process job with pidfile /var/vcap/data/sys/run/job.pid
  start program = "/bin/touch /var/vcap/data/sys/run/started"
  stop program = "/bin/touch /var/vcap/data/sys/run/stopped"
  group vcap
END
eval "$MONIT_COMMAND" >$root/monit.out 2>&1 &
eval "$FRONT_COMMAND" >>$root/monit.out 2>&1 &
ask() { chroot $root curl -s -L --user "$1" --data "$2" -o /dev/null -w '%{http_code} ' "http://127.0.0.1:$3/job"; }
status() { chroot $root curl -s --retry 50 --retry-connrefused --retry-all-errors --retry-delay 0 --retry-max-time 20 -f \
  --user vcap:random-password 'http://127.0.0.1:2822/_status2?format=xml'; }
status | grep -o 'servicegroup name="vcap"'
ask vcap:random-password action=stop 2822
until [ -e $root/var/vcap/data/sys/run/stopped ] || status | grep -q '<monitor>0</monitor>'; do sleep 0.05; done
ask vcap:wrong action=stop 2822
ask vcap:random-password action=stop 2823
]]

describe("stemcells/provision", function()
  local at, root, w
  local function start(argv, environment) return process.start(at, { argv = argv, environment = environment }):finish() end
  local function run(argv, environment)
    local done = start(argv, environment)
    assert(done.status == 0, table.concat(argv, " ") .. "\n" .. done.stdout .. done.stderr)
    return done.stdout
  end
  local function provision(...)
    return start { "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "chroot", root, "/root/stemcells/provision", ... }
  end
  local function inside(script) return run { "chroot", root, "sh", "-c", script } end
  local function listing() return at:write(("listing-%d"):format(at.count), run { "sh", "-c", LISTING, root }) end
  local function changes(before) return start({ "diff", before, listing() }).stdout end

  -- A root as it is before anything is done, from one that is kept.
  local function fresh(name)
    root = at.path .. "/" .. name
    run { "env", "B=" .. build.folder, "tests/support/chroot.sh", root }
    run { "cp", "-r", "stemcells", root .. "/root/stemcells" }
    run { "cp", AGENT, root .. "/root/agent" }
  end

  setup(function()
    at = folder.open()
    w = world.start()
    fresh "machine"
  end)
  teardown(function()
    w:close()
    at:close()
  end)

  describe("refuses", function()
    local before
    setup(function()
      run { "chroot", root, "true" }
      before = listing()
    end)

    for words, told in pairs {
      [""] = "2 provision: --agent is missing",
      ["--agent /root/none"] = "2 provision: --agent: there is no file '/root/none'",
      ["--agent http://example.com/agent --agent-sha256 " .. ("0"):rep(64)] = "2 provision: --agent takes a file or an https URL",
      ["--agent https://example.com/agent"] = "2 provision: --agent is a URL: --agent-sha256 is needed, too",
      ["--agent /root/agent --agent-sha256 12"] = "2 provision: --agent-sha256 is no SHA-256: '12'",
      ["--agent /root/agent --agent-sha256 " .. ("0"):rep(64)] = "1 provision: bosh-agent from /root/agent is not what it should be",
      ["--agent /root/agent --metadata-url http://10.0.0.1"] = "2 provision: --metadata-url must be https",
      ["--agent /root/agent --metadata-url https://x/|e"] = "2 provision: --metadata-url must be https",
      ["--agent /root/agent --stemcell-version a/b"] = "2 provision: --stemcell-version is no version",
      ["--agent /root/agent --print-script"] = "2 provision: --agent must be an https URL in a script",
      ["--agents"] = "2 provision: there is no option '--agents'",
      ["--agent"] = "2 provision: --agent needs a value",
      ["--clean"] = "1 provision: there is no agent",
    } do
      it((words == "" and "to do nothing" or words:gsub("0000+", "0000")) .. ", and changes nothing", function()
        local list = {}
        for word in words:gmatch "%S+" do list[#list + 1] = word end
        local done = provision(table.unpack(list))
        local seen = ("%d %s"):format(done.status, done.stderr)
        assert.equal(told, seen:sub(1, #told), seen)
        assert.equal("", changes(before))
      end)
    end

    it("another system", function()
      local release = sys.read(root .. "/etc/os-release")
      inside "rm /etc/os-release && printf 'ID=alpine\\nVERSION_ID=3\\nPRETTY_NAME=\"Alpine 3\"\\n' >/etc/os-release"
      local done = provision("--agent", "/root/agent")
      assert.same({ 3, "provision: it knows Ubuntu 22.04 and 24.04 and Debian 12; this is Alpine 3\n" }, { done.status, done.stderr })
      assert(sys.write_atomic(root .. "/etc/os-release", release))
      inside "chmod 644 /etc/os-release"
    end)

    it("a number of vcap that somebody else has", function()
      inside "useradd --uid 1000 jane"
      local done = provision("--agent", "/root/agent", "--no-packages")
      inside "userdel jane"
      assert.same({ 1, "provision: the number 1000, which is vcap's, belongs to the user jane\n" }, { done.status, done.stderr })
    end)
  end)

  describe("makes a machine a stemcell:", function()
    local cid, first
    setup(function()
      cid = w:result(requests.create_vm { agent_id = "found-its-settings" })[1]
      first = provision("--agent", "/root/agent", "--agent-sha256", sys.sha256(sys.read(AGENT)), "--stemcell-version", "1.0",
        "--metadata-url", ("%s/%s"):format(w.sim.metadata, cid))
      assert.equal(0, first.status, first.stdout .. first.stderr)
    end)

    it("files with their modes and owners", function()
      for line in TREE:gmatch "[^\n]+" do
        local path = line:match "%S+$"
        assert.equal(line .. "\n", run { "chroot", root, "find", path, "-maxdepth", "0", "-printf", "%M %u:%g %p\n" })
      end
      assert.equal(sys.read(AGENT), sys.read(root .. "/var/vcap/bosh/bin/bosh-agent"))
      assert.equal("ubuntu\n1.0\n", inside "cat /var/vcap/bosh/etc/operating_system /var/vcap/bosh/etc/stemcell_version")
    end)

    it("users and groups, and configurations that their programs take", function()
      assert.equal("1000 vcap admin bosh_sshers\n",
        inside "echo $(id -u vcap) $(id -nG vcap | tr ' ' '\\n' | grep -E '^(vcap|admin|bosh_)')")
      assert.equal("vcap:!\n", inside "grep ^vcap: /etc/shadow | cut -d: -f1,2 | cut -c1-6")
      inside "getent group bosh_sudoers syslog && visudo -c && mkdir -p /run/sshd && sshd -t"
      local effective = inside "sshd -T"
      for _, line in ipairs { "permitrootlogin without-password", "passwordauthentication no", "allowgroups root",
        "allowgroups bosh_sshers" } do
        assert.truthy(effective:find(line, 1, true), line)
      end
      assert.truthy(inside("multipath -t 2>/dev/null"):find('find_multipaths "off"', 1, true))
      inside "test -x /etc/init.d/open-iscsi && test -x /etc/init.d/multipath-tools"
    end)

    it("units that are enabled, and monit's that waits for the agent", function()
      local units = root .. "/etc/systemd/system/"
      for link, target in pairs { ["multi-user.target.wants/bosh-agent.service"] = "bosh-agent.service",
        ["agent.service"] = "bosh-agent.service", ["multi-user.target.wants/ssh-host-keys.service"] = "ssh-host-keys.service" } do
        assert.equal("/etc/systemd/system/" .. target .. "\n", run { "readlink", units .. link })
      end
      assert.is_false(os.rename(units .. "multi-user.target.wants/monit.service", units .. "x") or false)
      local section = unit.read(units .. "bosh-agent.service", "Unit")
      assert.same({ "0" }, section.StartLimitIntervalSec) -- settings come after the first start
      assert.same({ "always" }, unit.read(units .. "bosh-agent.service", "Service").Restart)
    end)

    it("an agent that is started as its unit says finds its settings", function()
      assert.equal("agent: found-its-settings\n", run(unit.command(root, "bosh-agent.service")))
      local found = json.decode(sys.read(root .. "/var/vcap/bosh/settings.json"))
      assert.same(agent.settings(w.sim, cid), found)
      inside "rm /var/vcap/bosh/settings.json"
    end)

    it("an agent finds nothing where the metadata says nothing", function()
      local other = ("%s/5"):format(w.sim.metadata)
      assert.equal(0, provision("--agent", "/root/agent", "--metadata-url", other).status)
      local done = start(unit.command(root, "bosh-agent.service"))
      assert.equal(1, done.status)
      assert.truthy(done.stderr:find("the metadata does not provide settings", 1, true), done.stderr)
      assert.equal(0, provision("--agent", "/root/agent", "--metadata-url", ("%s/%s"):format(w.sim.metadata, cid)).status)
    end)

    it("monit as its unit says, which the agent can tell to start and stop jobs", function()
      local function quoted(name)
        local list = {}
        for i, word in ipairs(unit.command(root, name)) do list[i] = folder.quoted(word) end
        return table.concat(list, " ")
      end
      local said = run({ "unshare", "--net", "--pid", "--fork", "--kill-child", "bash", "-c", MONIT, root }, {
        "MONIT_COMMAND=" .. quoted "monit.service", "FRONT_COMMAND=" .. quoted "monit-front.service" })
      assert.equal('servicegroup name="vcap"\n200 401 403 ', said) -- 403: what the agent would get without monit-front
      inside "rm -rf /monit.out /var/vcap/monit/monit.user /var/vcap/monit/job/* /var/vcap/monit/monit.* /var/vcap/data/sys /root/.monit.*"
    end)

    it("and changes nothing when it is run again", function()
      local words = { "--agent", "/root/agent", "--stemcell-version", "1.0", "--metadata-url", ("%s/%s"):format(w.sim.metadata, cid) }
      provision(table.unpack(words))
      local before = listing()
      local again = provision(table.unpack(words))
      assert.same({ 0, "provision: done: this machine is a stemcell\n", "" }, { again.status, again.stdout, again.stderr })
      assert.equal("", changes(before))
    end)

    it("and takes away what an image must not have, the access last", function()
      inside [[mkdir -p -m 700 /root/.ssh && echo key >/root/.ssh/authorized_keys && echo id >/etc/machine-id && echo x >/var/log/x.log
        echo x >/var/log/x.log.1 && echo x >/tmp/x && touch /etc/ssh/ssh_host_rsa_key]]
      local done = provision "--clean"
      assert.equal(0, done.status, done.stderr)
      assert.equal("", inside [[cat /etc/machine-id /var/log/*.log
        ls -d /etc/ssh/ssh_host_* /root/.ssh/authorized_keys /tmp/* /var/log/x.log.1 /var/lib/apt/lists/* \
          /var/cache/apt/archives/*.deb 2>/dev/null || true]])
      assert.equal("GenerateName=yes\n", inside "cat /etc/iscsi/initiatorname.iscsi")
      assert.equal("root:*\n", inside "grep ^root: /etc/shadow | cut -d: -f1,2")
    end)

    it("which has host keys of its own when it starts", function()
      run(unit.command(root, "ssh-host-keys.service"))
      inside "test -s /etc/ssh/ssh_host_rsa_key.pub"
    end)
  end)

  it("prints a script that is all of it, and fetches programs over https", function()
    fresh "other"
    inside "rm -r /root/stemcells"
    local files = authority.issue(at)
    local program = at:write("www/agent", "#!/bin/sh\n")
    local server = process.start(at, { argv = { "python3", "tests/support/https.py", files.cert, files.key, at.path .. "/www" } })
    finally(function() server:signal "TERM" end)
    local port
    repeat port = folder.read(server.stdout_path):match "^(%d+)\n" until port
    run { "sh", "-c", ("cp %s %s/ca.pem && echo 'Acquire::https::CaInfo \"/ca.pem\";' >%s/etc/apt/apt.conf.d/99test"):format(
      files.ca, root, root) }
    local url = ("https://127.0.0.1:%s/agent"):format(port)
    local function script(sum)
      local text = run { "stemcells/provision", "--print-script", "--no-packages", "--agent", url, "--agent-sha256", sum }
      run { "sh", "-c", ("cat >%s/root/run"):format(root) } -- an empty file with this user's mode
      assert(sys.write_atomic(root .. "/root/run", text))
      return start { "chroot", root, "bash", "/root/run" }
    end
    local wrong = script(("0"):rep(64))
    assert.equal(1, wrong.status)
    assert.is_nil(sys.list(root .. "/var/vcap"))
    local done = script(sys.sha256(sys.read(program)))
    assert.equal(0, done.status, done.stdout .. done.stderr)
    assert.equal("#!/bin/sh\n", sys.read(root .. "/var/vcap/bosh/bin/bosh-agent"))
    assert.equal(sys.read "stemcells/agent.json", sys.read(root .. "/var/vcap/bosh/agent.json"))
    assert.is_nil(sys.stat(root .. "/var/vcap/bosh/bin/monit-front.py")) -- there is no monit
    assert.truthy(sys.stat(root .. "/etc/systemd/system/bosh-agent.service"))
  end)
end)
