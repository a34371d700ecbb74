--- A disk for slcpi's state directory that loses power or fails: see forgetful_disk.c and failing_disk.c beside this.

local build = require "support.build"
local folder = require "support.folder"

local disk = {}
disk.__index = disk

local ERRNO = { EIO = 5, ENOSPC = 28 }

local function run(command, ...)
  local words = { command }
  for i, word in ipairs { ... } do words[i + 1] = folder.quoted(word) end
  assert(os.execute(table.concat(words, " ")))
end

--- An empty disk.
---@param at table a support.folder
---@return table disk { path = where it is mounted, so to speak }
function disk.open(at)
  local self = setmetatable({ path = at:fresh "disk", kept = at:fresh "kept" }, disk)
  run("mkdir -m 0700", self.path, self.kept)
  return self
end

-- Options of world:begin and its like.
local function preloaded(library, ...)
  return { wrap = { "env", ("LD_PRELOAD=%s/%s.so"):format(build.folder, library), ... } }
end

--- How slcpi runs on a disk that will lose power: options of world:begin.
function disk:forgetful() return preloaded("forgetful_disk", "DISK=" .. self.path, "KEPT=" .. self.kept) end

--- Power is lost: what was not synced is gone.
function disk:lose_power()
  run("rm -rf", self.path)
  run("umask 077; cp -rL", self.kept .. "/root", self.path)
  run("rm -rf", self.kept)
  run("mkdir -m 0700", self.kept)
end

--- How slcpi runs on a disk whose n-th change fails: options of world:begin.
---@param n integer
---@param errno "EIO"|"ENOSPC"
---@param on boolean all later ones fail, too
function disk:failing(n, errno, on)
  return preloaded("failing_disk", "DISK=" .. self.path, "FAIL_AT=" .. n, "FAIL_WITH=" .. ERRNO[errno],
    on and "FAIL_ON=1" or nil)
end

--- The call that failed, by what slcpi printed; nil: it made no n-th change.
---@param stderr string
---@return string?
function disk.failed(stderr) return stderr:match "failing disk: (%l+)" end

return disk
