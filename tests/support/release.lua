--- The BOSH release: made, taken apart, its job rendered and its packages compiled.

local folder = require "support.folder"
local json = require "core.json"

local release = {}

local quoted = folder.quoted
local JOB = "release/jobs/softlayer_cpi"

--- Runs a shell's line; its output, and whether it ended well.
---@param line string
---@return string output
---@return boolean ok
function release.shell(line)
  local pipe = assert(io.popen(("{ %s\n} 2>&1"):format(line)))
  local output = pipe:read "a"
  return output, pipe:close() == true
end

--- The same, which must end well.
function release.must(line)
  local output, ok = release.shell(line)
  assert(ok, line .. "\n" .. output)
  return output
end

--- Makes the release and returns its path.
---@param environment string? of the shell: "umask 077; TZ=Asia/Tokyo"
---@param tree string? another copy of the sources
function release.build(environment, tree)
  local output = release.must(("cd %s && %s release/build.sh"):format(quoted(tree or "."), environment or ""))
  return (tree and tree .. "/" or "") .. output:match "([^\n]+)\n$"
end

--- Any YAML, by Ruby.
---@param path string
function release.yaml(path)
  return json.decode(release.must("ruby -ryaml -rjson -e 'puts JSON.generate(YAML.load_file(ARGV[0]))' " .. quoted(path)))
end

function release.sha256(path) return release.must("sha256sum < " .. quoted(path)):match "^%x+" end

--- A tarball's files below a new folder.
---@param at table a support.folder
function release.unpack(at, tarball)
  local to = at:fresh "unpacked"
  release.must(("mkdir %s && tar -xzf %s -C %s"):format(quoted(to), quoted(tarball), quoted(to)))
  return to
end

--- Renders the job as bosh create-env does.
---@param at table a support.folder
---@param properties table
---@return string job its folder, which has the job's name
---@return string? complaint
function release.render(at, properties)
  local jobs = at:fresh "jobs"
  local given = at:write(jobs:match "[^/]*$" .. ".json", json.encode(properties))
  local job = jobs .. "/softlayer_cpi"
  local output, ok = release.shell(("ruby tests/support/erb.rb %s %s %s"):format(JOB, quoted(given), quoted(job)))
  return job, not ok and output or nil
end

--- Compiles its packages, in folders that then have gone, and returns where they are.
---@param at table a support.folder
---@param tarball string
function release.compile(at, tarball)
  local to, moved = at:fresh "packages", at:fresh "moved"
  release.must(("release/compile.sh %s %s && mv %s %s"):format(quoted(tarball), quoted(to), quoted(to), quoted(moved)))
  return moved
end

return release
