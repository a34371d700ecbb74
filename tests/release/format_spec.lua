-- The tarball that `make release` writes, held against BOSH's release format, and that it is the same each time.
local folder = require "support.folder"
local release = require "support.release"
local sys = require "core.sys"

local at, tarball, root, manifest

-- What release/build.sh says a fingerprint is, computed anew.
local function fingerprint(dir, needs)
  local lines = {}
  for _, path in ipairs(folder.files(dir)) do
    local executable = release.must("stat -c %A " .. folder.quoted(path)):sub(4, 4) == "x"
    lines[#lines + 1] = ("%s %s %s\n"):format(release.sha256(path), executable and "x" or "-", path:sub(#dir + 2))
  end
  for _, need in ipairs(#needs > 0 and needs or { "" }) do lines[#lines + 1] = need .. "\n" end
  return sys.sha256(table.concat(lines))
end

local function names_of(dir)
  local names = sys.list(dir)
  table.sort(names)
  return names
end

-- What holds for jobs and packages alike; returns what is in the tarball.
local function check_entry(entry, path, needs)
  assert.equal(entry.fingerprint, entry.version)
  assert.equal("sha256:" .. release.sha256(path), entry.sha1)
  local dir = release.unpack(at, path)
  assert.equal(fingerprint(dir, needs), entry.fingerprint)
  return dir
end

setup(function()
  at = folder.open()
  tarball = release.build()
  root = release.unpack(at, tarball)
  manifest = release.yaml(root .. "/release.MF")
end)
teardown(function() at:close() end)

describe("the release", function()
  it("says what it is, and of which commit", function()
    assert.equal("bosh-softlayer-cpi", manifest.name)
    assert.equal(folder.read("VERSION"):match "%S+", manifest.version)
    local commit, known = release.shell "git -c safe.directory='*' rev-parse HEAD"
    assert.equal(known and commit:match "%x+" or "non-git", manifest.commit_hash)
    assert.boolean(manifest.uncommitted_changes)
  end)

  it("has the jobs and packages that it names, and nothing else", function()
    local jobs, packages = {}, {}
    for _, job in ipairs(manifest.jobs) do jobs[#jobs + 1] = job.name .. ".tgz" end
    for _, package in ipairs(manifest.packages) do packages[#packages + 1] = package.name .. ".tgz" end
    table.sort(packages)
    assert.same({ "softlayer_cpi.tgz" }, jobs)
    assert.same(packages, names_of(root .. "/packages"))
    assert.same(jobs, names_of(root .. "/jobs"))
    assert.same({ "jobs", "packages", "release.MF" }, names_of(root))
  end)

  it("has a job with the spec, monit, and the templates that the spec names", function()
    local job = manifest.jobs[1]
    local dir = check_entry(job, root .. "/jobs/softlayer_cpi.tgz", job.packages)
    local spec = release.yaml(dir .. "/job.MF")
    assert.equal(job.name, spec.name)
    assert.same(job.packages, spec.packages)
    assert.equal("", folder.read(dir .. "/monit"))
    local named, places = {}, {}
    for template, place in pairs(spec.templates) do
      named[#named + 1], places[place] = template, true
    end
    table.sort(named)
    assert.same(named, names_of(dir .. "/templates"))
    assert.same({ "job.MF", "monit", "templates" }, names_of(dir))
    assert.is_true(places["bin/cpi"] and places["bin/pre-start"]) -- the director and create-env look for these
    for name, about in pairs(spec.properties) do
      assert.truthy(about.description and about.description ~= "", name)
      assert.truthy(about.example ~= nil, name .. " has no example")
    end
  end)

  it("has packages behind what they depend on, all that the job needs among them", function()
    local seen = {}
    for _, package in ipairs(manifest.packages) do
      for _, need in ipairs(package.dependencies) do assert.is_true(seen[need], need .. " of " .. package.name) end
      seen[package.name] = true
      local dir = check_entry(package, ("%s/packages/%s.tgz"):format(root, package.name), package.dependencies)
      release.must("bash -n " .. folder.quoted(dir .. "/packaging"))
      assert.is_nil(release.must("find " .. folder.quoted(dir)):find "%.[xb]z2?%f[\n]") -- gzip is all that a stemcell must have
    end
    for _, need in ipairs(manifest.jobs[1].packages) do assert.is_true(seen[need]) end
  end)

  it("compiles on Linux only, and says so", function()
    for _, package in ipairs(manifest.packages) do
      if #package.dependencies == 0 then
        local script = ("release/packages/%s/packaging"):format(package.name)
        local output, ok = release.shell(("bash -c 'uname() { echo Darwin; }; . %s'"):format(script))
        assert.is_false(ok)
        assert.equal("slcpi compiles and runs on Linux only; run bosh create-env there\n", output)
      end
    end
  end)

  it("has the sources that its table pins", function()
    for line in io.lines "release/sources" do
      local name, path, sum = line:match "^(%S+)%s+(%S+)%s+(%x+)$"
      if name then assert.equal(sum, release.sha256("build/release/sources/" .. path:match "[^/]*$")) end
    end
  end)
end)

describe("the release made again", function()
  -- Without git, so that trees can be alike.
  local function copy(name)
    local tree = at.path .. "/" .. name
    release.must(("mkdir %s && cp -R Makefile VERSION core lualib scripts release %s"):format(tree, tree))
    return tree
  end

  local function sources() return "SOURCES=" .. folder.quoted(release.must("pwd"):match "%S+" .. "/build/release/sources") end

  it("is the same, byte for byte", function()
    local sum = release.sha256(tarball)
    assert.equal(sum, release.sha256(release.build "umask 077; TZ=Asia/Tokyo LANG=de_DE.UTF-8"))
  end)

  it("is the same in another folder, at another time, by another user, without network", function()
    local one, other = copy "one", copy "the-other-one"
    release.must(("chmod 0711 %s; find %s -exec touch -d 2001-02-03 {} +"):format(at.path, other))
    local first = release.build(sources(), one)
    local user = release.must("id -u"):match "%d+" == "0" and "setpriv --reuid=65534 --regid=65534 --clear-groups" or ""
    release.must(("chmod -R a+rwX %s"):format(other))
    local second = release.build(("umask 002; %s env -u LANG %s TMPDIR=%s"):format(user, sources(), other), other)
    assert.equal(release.sha256(first), release.sha256(second))
  end)

  it("has another fingerprint where something has changed, and there only", function()
    local tree = copy "changed"
    release.must(("echo '# changed' >> %s/release/packages/zlib/packaging"):format(tree))
    local changed = release.yaml(release.unpack(at, release.build(sources(), tree)) .. "/release.MF")
    for i, package in ipairs(changed.packages) do
      assert.equal(package.name ~= "zlib", package.fingerprint == manifest.packages[i].fingerprint, package.name)
    end
    assert.equal("non-git", changed.commit_hash)
  end)

  it("refuses a source that is not the pinned one", function()
    local tree = copy "forged"
    at:write("sources/lua5.4_5.4.4.orig.tar.gz", "forged")
    local output, ok = release.shell(("SOURCES=%s/sources %s/release/build.sh"):format(at.path, tree))
    assert.is_false(ok)
    assert.matches("lua5.4_5.4.4.orig.tar.gz is not the one of release/sources\n$", output)
  end)
end)
