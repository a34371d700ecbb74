local cloud_properties = require "bosh.cloud_properties"
local errors = require "errors"
local guest_order = require "softlayer.guest_order"
local hostnames = require "bosh.hostname"
local image = require "softlayer.image"
local image_capture = require "softlayer.image_capture"
local json = require "core.json"
local refusal = require "softlayer.refusal"
local sl = require "softlayer"
local ssh = require "ssh"
local ssh_key = require "softlayer.ssh_key"
local state = require "state"
local state_directory = require "state_directory"
local stemcell = require "bosh.stemcell"
local sys = require "core.sys"
local undo = require "undo"
local virtual_guest = require "softlayer.virtual_guest"
local wait = require "wait"

description = [[
Builds a stemcell: orders a machine with a stock system, makes it a stemcell by SSH, captures it as an image of the
account, cancels the machine, and writes the light stemcell.

  slcpi run build_stemcell version=1.0 os=ubuntu-jammy os_code=UBUNTU_22_64 agent=./bosh-agent

The system is an `os_code` of SoftLayer or a base `image`. `agent`, `monit` and `dav_cli` are files here, or https URLs
with their `_sha256`; `provision` is the script stemcells/provision with its files beside it. `capture` is standard or
flex, `private` reaches the machine by its private address. The same words given again after an interruption go on
where it was; what an error leaves is given back.
]]
arguments = { "version: string", "os: string", "agent: string", "agent_sha256: string?", "os_code: string?",
  "image: cid?", "datacenter: string?", "monit: string?", "monit_sha256: string?", "dav_cli: string?",
  "dav_cli_sha256: string?", "metadata_url: string?", "packages: boolean?", "capture: string?", "cpu: integer?",
  "memory: integer?", "disk: integer?", "private: boolean?", "infrastructure: string?", "provision: string?",
  "folder: string?" }
effect = "write"
timeout = 4 * 60 * 60

local THERE = "/tmp/slcpi-stemcell" -- on the machine; cleaning it empties /tmp
local PROGRAMS = { "agent", "monit", "dav_cli" }
local HOUR = 60 * 60

local function refuse(format, ...) error(errors.cloud(format, ...), 0) end

local function is_url(text) return text:find "^%a+://" ~= nil end

-- The script that is named, or that of this installation, or of this checkout.
local function find_provision(named)
  local own = must(proc.run { "sh", "-c", "readlink /proc/$PPID/exe" }).stdout:match "^(.*)/bin/[^/\n]*\n"
  local places = named and { named } or { "stemcells/provision", own and own .. "/share/slcpi/stemcells/provision" }
  for _, path in ipairs(places) do
    if sys.stat(path) then return path end
  end
  refuse("there is no script %s; provision=PATH names one", table.concat(places, " or "))
end

local function check_programs(given)
  for _, name in ipairs(PROGRAMS) do
    local from = given[name]
    if from and is_url(from) and not given[name .. "_sha256"] then
      refuse("%s is a URL: %s_sha256 is needed, too", name, name)
    end
    if from and not is_url(from) and not sys.stat(from) then refuse("%s: there is no file '%s'", name, from) end
  end
end

-- Everything that can be wrong with the words alone. Gives the spec: `given`, `size`, `provision` (a path), `kind` (of
-- image), `os_code` and `disks` or `image_id`, `folder`.
function plan(given)
  must(stemcell.check { os = given.os, version = given.version, os_code = given.os_code, datacenter = given.datacenter,
    infrastructure = given.infrastructure })
  if (given.os_code == nil) == (given.image == nil) then refuse "either os_code or image must be given" end
  local kind = given.capture or "standard"
  if not image_capture.kinds[kind] then refuse("capture must be standard or flex, not '%s'", kind) end
  check_programs(given)
  local size = must(cloud_properties.of_vm({ hostname_prefix = "stemcell", datacenter = given.datacenter,
    cpu = given.cpu or 2, memory = given.memory or 4096 }, { datacenter = config.softlayer.datacenter }, true))
  return { given = given, size = size, kind = kind, provision = find_provision(given.provision),
    folder = given.folder or ".", plan = { only_private = false },
    image_id = given.image and must(image.id_of(given.image)), os_code = given.os_code,
    disks = given.os_code and json.array { { device = "0", diskImage = { capacity = given.disk or 25 } } } }
end

-- The record of this stemcell. After a success the same words build another image.
function take(spec)
  local given = spec.given
  local record = must(state.take("build_stemcell", json.encode { given.version, given.os, spec.size.datacenter,
    given.os_code or json.null, spec.image_id or json.null, spec.kind }))
  if not record.durable then refuse "building a stemcell needs a state directory (engine.state_dir)" end
  record:renew()
  record.hostname = must(hostnames.make(spec.size.hostname_prefix, record:nonce(), spec.size.domain))
  return record
end

-- A name that tells this image from every other one.
function image_name(record, spec)
  return ("%s-%s-%s"):format(stemcell.name(spec.given.os), spec.given.version, record:nonce())
end

-- Where the key is, and the machine's host key.
local function folder_of(record) return ("%s/build_stemcell-%s"):format(state_directory.current(), record.key) end

local function output(command)
  local result = must(proc.run(command))
  if result.status == 0 then return result.stdout end
  refuse("%s ended with %s: %s", command[1], tostring(result.status or result.signal), result.stderr)
end

-- The temporary key, which never leaves this machine; gives its public half. It is there as a whole or not at all.
function make_key(record)
  local folder = folder_of(record)
  local path = folder .. "/key"
  if not sys.stat(path) then
    assert(sys.mkdir(folder))
    output { "rm", "-f", path .. ".new", path .. ".new.pub" }
    output { "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "slcpi-build", "-f", path .. ".new" }
    output { "mv", path .. ".new", path }
  end
  return output { "ssh-keygen", "-y", "-f", path }
end

local function key_label(record) return "slcpi-build-" .. record.key end

-- Adds the temporary key to the account, and looks up the base image. Another machine has another host key.
function prepare(record, spec)
  output { "rm", "-f", folder_of(record) .. "/known_hosts" }
  local calls, ids_of = ssh_key.query({ make_key(record) }, key_label(record))
  if spec.image_id then calls[#calls + 1] = image.query(spec.image_id) end
  local answers, err = sl.all(calls)
  if not answers then error(spec.image_id and image.explain(spec.image_id, err) or err, 0) end
  spec.image = spec.image_id and (answers[2] or error(image.explain(spec.image_id), 0))
  spec.ssh_keys = must(ids_of(answers))
end

-- The machine of an earlier try, if it still exists.
function resume(record)
  local id = record.id or record:unsure() and guest_order.look(record) or nil
  if not id or must(virtual_guest.find(tostring(id))) then return id end
  must(record:abandon("guest " .. id .. " is gone", true))
  return nil
end

-- Orders the machine, once; gives its id.
function order(record, spec)
  local path = stemcell.path { os = spec.given.os, version = spec.given.version, folder = spec.folder }
  if sys.stat(path) then refuse("%s is there already", path) end
  prepare(record, spec)
  record.hostname = must(hostnames.make(spec.size.hostname_prefix, record:nonce(), spec.size.domain))
  log.info("ordering %s", record.hostname)
  return guest_order.place(record, guest_order.template(record.hostname, spec))
end

-- Waits until the machine is installed.
---@param ordered boolean just now: it has no transaction for a moment
function await(id, ordered)
  return must(wait { what = "guest " .. id, at_most = 90 * 60, first = ordered and 10 or 0, virtual_guest.ready,
    tostring(id), "primaryIpAddress,primaryBackendIpAddress" })
end

-- What the script is told, and where its programs are on the machine.
local function command_line(given)
  local words = { "bash", THERE .. "/provision", "--stemcell-version", given.version }
  local function add(name, value)
    words[#words + 1], words[#words + 2] = "--" .. name:gsub("_", "-"), value
  end
  for _, name in ipairs(PROGRAMS) do
    if given[name] then add(name, is_url(given[name]) and given[name] or ("%s/%s"):format(THERE, name)) end
    if given[name .. "_sha256"] then add(name .. "_sha256", given[name .. "_sha256"]) end
  end
  if given.metadata_url then add("metadata_url", given.metadata_url) end
  if given.packages == false then words[#words + 1] = "--no-packages" end
  for i, word in ipairs(words) do words[i] = ssh.quoted(word) end
  return table.concat(words, " ")
end

-- What was said there goes to the log, line by line.
local function told(machine, result)
  for text in result.stdout:gmatch "[^\n]+" do log.info("%s", text) end
  if result.status ~= 0 then refuse("%s: %s", machine.target, (result.stderr:gsub("%s+$", ""))) end
end

local function run_there(machine, line) told(machine, must(machine:run(line))) end

local function copy_script(machine, spec)
  run_there(machine, "rm -rf " .. THERE)
  must(machine:copy(spec.provision:match "^(.*)/[^/]*$" or ".", THERE))
end

-- Copies the script and its programs to the machine and runs it, again where the connection was lost: that changes
-- nothing.
---@param machine Machine of library ssh
function provision(machine, spec)
  log.info("provisioning %s, which takes some minutes", machine.target)
  copy_script(machine, spec)
  for _, name in ipairs(PROGRAMS) do
    local from = spec.given[name]
    if from and not is_url(from) then must(machine:copy(from, ("%s/%s"):format(THERE, name), HOUR)) end
  end
  told(machine, must(wait { what = "the script on " .. machine.target, at_most = 2 * HOUR, machine.run, machine,
    command_line(spec.given), HOUR }))
end

-- The access goes last: where an earlier try began to clean, a machine that refuses the key, or has none of its own to
-- show, has been cleaned. A connection may break by chance, so it is tried for a while.
local function is_clean(machine)
  local stage = ""
  local answered, err = wait { what = "whether " .. machine.target .. " is clean", at_most = 60, function()
    local answers, progress = machine:answers()
    stage = not answers and progress.stage or ""
    return answers, progress
  end }
  if not answered and not err.gave_up then error(err, 0) end
  return not answered and (stage:find "Permission denied" or stage:find "closed by" or stage:find "reset by") ~= nil
end

-- Takes away what an image must not have.
---@param machine Machine of library ssh
function clean(machine, record, spec)
  if record.phase == "CLEANING" and is_clean(machine) then return end
  copy_script(machine, spec)
  must(record:save { phase = "CLEANING" })
  run_there(machine, ("cd / && bash %s/provision --clean"):format(THERE))
end

-- Makes the machine a stemcell, by SSH.
function prepare_machine(record, guest, spec)
  local address = spec.given.private and guest.primaryBackendIpAddress or guest.primaryIpAddress
  local machine = ssh.machine(proc, { address = address, folder = folder_of(record) })
  if record.phase ~= "CLEANING" then
    must(wait { what = "SSH to " .. address, at_most = 30 * 60, machine.answers, machine })
    provision(machine, spec)
  end
  clean(machine, record, spec)
end

-- Deletes the temporary key, in the account and here. A new one may not be listed yet, but then its id is known.
function delete_key(record, spec)
  local label, ids = key_label(record), spec.ssh_keys or {}
  for key in sl.Account:mask("id,label"):filter({ label = label }):each "getSshKeys" do
    if key.label == label and key.id ~= ids[1] then ids[#ids + 1] = key.id end
  end
  for _, id in ipairs(ids) do
    local _, err = sl.Security_Ssh_Key:id(id):deleteObject()
    if err and not refusal.not_found(err) then error(err, 0) end
  end
  output { "rm", "-rf", folder_of(record) }
end

local function discard(name)
  local unfinished = must(image_capture.named(name))
  if unfinished then must(image.delete(unfinished.id)) end
end

-- Gives back what a failed try made: the machine, the image, the key. Each is tried, whatever became of the others. An
-- order that may have reached the API stays on record, with its key: the same words look for its machine.
function abandon(record, spec, err)
  if record.stage == "SENT" or record.phase == "CAPTURED" then return end
  must(record:still_known())
  local name, failures = image_name(record, spec), {}
  local function try(step, ...)
    local done, failure = pcall(step, ...)
    if not done then failures[#failures + 1] = errors.wrap(failure).message end
    return done
  end
  local cancelled = not record.id or try(call, "delete_vm", tostring(record.id))
  try(discard, name)
  try(delete_key, record, spec)
  must(record:abandon(err.message, cancelled))
  if #failures > 0 then error(errors.cloud("%s", table.concat(failures, "; ")), 0) end
end

-- From an order to an image that is complete; gives the image.
function build(record, spec)
  local rollback <close> = undo(abandon, record, spec)
  local earlier = resume(record)
  local id = earlier or order(record, spec)
  if record.phase ~= "CAPTURING" then prepare_machine(record, await(id, not earlier), spec) end
  local guest = must(virtual_guest.get(tostring(id), image_capture.GUEST))
  local name = image_name(record, spec)
  log.info("capturing guest %d as %s", id, name)
  image_capture.take(record, guest, { kind = spec.kind, name = name, note = "light stemcell " .. spec.given.version })
  local made = must(wait { what = "the image " .. name, at_most = 2 * HOUR, image_capture.complete, name })
  must(record:save { phase = "CAPTURED" })
  return made
end

-- Cancels the machine and deletes the key. What fails here is tried again by the same words.
function finish(record, spec)
  local id = tostring(record.id)
  log.info("cancelling guest %s and deleting its key", id)
  call("delete_vm", id)
  delete_key(record, spec)
end

-- The image of an earlier try that was complete.
function captured(record, spec)
  if record.phase ~= "CAPTURED" then return nil end
  local made = must(image_capture.named(image_name(record, spec)))
  if made then return made end
  finish(record, spec)
  must(record:abandon("its image is gone", true))
end

-- Writes the light stemcell; gives its path.
---@param made table the image
function write(made, spec)
  local given = spec.given
  return must(stemcell.light { os = given.os, version = given.version, image_id = made.id,
    image_uuid = made.globalIdentifier, datacenter = spec.size.datacenter, infrastructure = given.infrastructure,
    os_code = given.os_code, folder = spec.folder })
end

function run(...)
  local given = {}
  for i, value in pairs { ... } do given[arguments[i]:match "^[%w_]+"] = value end
  local spec = plan(given)
  local record = take(spec)
  local made = captured(record, spec) or build(record, spec)
  finish(record, spec)
  local path = write(made, spec)
  must(record:save { stage = "READY" })
  return ("image %d (%s) in %s\n%s"):format(made.id, made.globalIdentifier, spec.size.datacenter, path)
end
