--- slcpi orphans: what was ordered and never returned.

local console = require "console"
local known_cids = require "bosh.known_cids"
local orphan_table = require "orphan_table"

local orphans = { description = "Lists what was ordered and never returned, and what the account says of it now." }

function orphans.describe(parser)
  parser:option("--known", "A file of the cids that the director knows: what `bosh vms --json` or `bosh disks "
    .. "--orphaned --json` prints, or one cid a line. Lists also what only one of the two has. May be repeated.")
    :argname "FILE":count "*"
  parser:option("--format", "table or json."):choices { "table", "json" }:default "table"
end

local function known(files)
  if #files == 0 then return nil end
  local cids = {}
  for _, path in ipairs(files) do
    local done, err = known_cids.read(cids, path)
    if not done then error(err, 0) end
  end
  return cids
end

local function shown(listing)
  local where = listing.directory and "on record in " .. listing.directory or "no state directory, so no records"
  if #listing.rows == 0 then return "no orphans; " .. where end
  return orphan_table.text(listing.rows) .. "\n" .. where
end

---@param core table
---@param options table
---@return integer exit_status
function orphans.run(core, options)
  local ask = console.open(core, options)
  local listing = ask("records/orphans", { known(options.known) })
  core.print((options.format == "json" and orphan_table.json(listing) or shown(listing)) .. "\n")
  return 0
end

return orphans
