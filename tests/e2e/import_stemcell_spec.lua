-- import_stemcell: a stemcell's disk through each object storage, killed anywhere and made again, and failing.
local eventually = require "support.eventually"
local json = require "core.json"
local stemcells = require "support.stemcells"
local world = require "support.world"

local METHODS = { ["COS with HMAC"] = "uploadPart", ["COS with IAM"] = "uploadPart", Swift = "putObject" }

describe("import_stemcell", function()
  local w, path
  before_each(function()
    w = world.start()
    path = stemcells.write(w.at)
  end)
  after_each(function() w:close() end)

  local function configure(storage)
    w:configure { cloud = { properties = { softlayer = stemcells.storages(w.sim)[storage] } } }
  end

  local function words() return { "run", "import_stemcell", path .. "/stemcell.tgz", "folder=" .. w.at.path } end

  local function succeed()
    local run = w:command(words())
    assert.equal(0, run.status, run.stderr)
    return run
  end

  -- How often each part was stored; what hung was carried out or not, as `executed` says.
  local function stored(storage, executed)
    local counts = {}
    for _, call in ipairs(w.sim:journal(METHODS[storage])) do
      local part = call.arguments[1].partNumber or call.id:match "segment%-0*(%d+)$"
      local done = call.status == json.null and executed or call.status ~= json.null and call.status < 300
      if part and done then counts[tonumber(part)] = (counts[tonumber(part)] or 0) + 1 end
    end
    return counts
  end

  local function is_done(run)
    local images = stemcells.images(w.sim)
    assert.equal(1, #images)
    assert.same({}, stemcells.leftovers(w.sim))
    assert.truthy(run.stdout:find(("image %d, "):format(images[1].id), 1, true), run.stdout)
    local tarball = run.stdout:match "\n(/.-%.tgz)\n"
    local pipe = assert(io.popen(("tar xzOf '%s' stemcell.MF"):format(tarball)))
    local manifest = pipe:read "a"
    assert(pipe:close())
    assert.truthy(manifest:find(("virtual-disk-image-id: %d\n"):format(images[1].id), 1, true), manifest)
    assert.truthy(manifest:find('operating_system: "ubuntu-focal"', 1, true), manifest)
    local records = w:records()
    assert.equal(1, #records)
    assert.equal("DONE", records[1].stage)
    local sum = assert(io.popen(("sha1sum '%s'"):format(tarball))):read(40)
    assert.equal("sha1 " .. sum, run.stdout:match "sha1 %x+")
  end

  -- Has it hang at a call, and kills it there; nil when it ended before.
  local function strike(rule)
    local number = w.sim:fault(rule)
    local process = w:begin_command(words())
    local hit = eventually("the call that hangs", function()
      for _, fault in ipairs(w.sim:ask("GET", "faults")) do
        if fault.number == number and fault.fired > 0 then return "hit" end
      end
      return not process:signal "0" and "ended"
    end)
    process:signal "KILL"
    process:finish()
    w.sim:heal()
    return hit == "hit" or nil
  end

  for storage in pairs(METHODS) do
    it("goes through " .. storage, function()
      configure(storage)
      is_done(succeed())
      assert.same({ 1, 1, 1 }, stored(storage))
      assert.equal("HVM", w.sim:api(("SoftLayer_Virtual_Guest_Block_Device_Template_Group/%d/getBootMode")
        :format(stemcells.images(w.sim)[1].id)))
    end)

    for _, moment in ipairs { "before", "after" } do
      for nth = 1, 16 do
        it(("through %s goes on after a kill %s call %d"):format(storage, moment, nth), function()
          configure(storage)
          local executed = moment == "after"
          assert(strike(("*.* nth=%d do=hang%s"):format(nth, executed and " executed" or "")))
          is_done(succeed())
          assert.same({ 1, 1, 1 }, stored(storage, executed))
        end)
      end
    end

    it(("through %s goes on after a kill while it deletes the object"):format(storage), function()
      configure(storage)
      assert(strike "*.deleteObject count=1 do=hang executed")
      is_done(succeed())
      assert.same({ 1, 1, 1 }, stored(storage))
    end)
  end
end)
