-- The virtual clock: real time scaled by a speed, moved by hand, and the events due at its times.
--
-- An event sees the time it was due at, whenever it is run: what happens does not depend on how
-- often the loop comes round.

local sys = require "core.sys"

local clock = {}

local base, started, speed, pinned
local heap, sequence

---@param options { speed: number?, epoch: number? }
function clock.start(options)
  base = options.epoch or sys.now()
  started, speed, pinned = sys.monotonic(), options.speed or 1, nil
  heap, sequence = {}, 0
end

---@return number virtual seconds since the epoch
function clock.now()
  return pinned or base + (sys.monotonic() - started) * speed
end

--- The time as objects keep it: whole seconds.
---@return integer
function clock.time() return math.floor(clock.now()) end

function clock.speed() return speed end

function clock.set_speed(value)
  base, started, speed = clock.now(), sys.monotonic(), value
end

local function before(a, b)
  if a.time ~= b.time then return a.time < b.time end
  return a.sequence < b.sequence
end

local function sift_up(i)
  while i > 1 and before(heap[i], heap[i // 2]) do
    heap[i], heap[i // 2] = heap[i // 2], heap[i]
    i = i // 2
  end
end

local function sift_down(i)
  while true do
    local least = i
    for child = 2 * i, 2 * i + 1 do
      if heap[child] and before(heap[child], heap[least]) then least = child end
    end
    if least == i then return end
    heap[i], heap[least] = heap[least], heap[i]
    i = least
  end
end

--- Runs `action` in so many virtual seconds.
---@return table event set `cancelled` to call it off
function clock.after(seconds, action)
  sequence = sequence + 1
  local event = { time = clock.now() + seconds, sequence = sequence, action = action }
  heap[#heap + 1] = event
  sift_up(#heap)
  return event
end

local function pop()
  local first = heap[1]
  heap[1] = heap[#heap]
  heap[#heap] = nil
  sift_down(1)
  return first
end

--- Runs what is due.
function clock.run()
  local now = clock.now()
  while heap[1] and heap[1].time <= now do
    local event = pop()
    if not event.cancelled then
      pinned = event.time
      local ok, err = pcall(event.action)
      pinned = nil
      if not ok then error(err, 0) end
    end
  end
end

--- Moves the clock; everything due on the way happens in its order.
function clock.advance(seconds)
  base = base + seconds
  clock.run()
end

---@return number? seconds of real time until the next event
function clock.next_in()
  if not heap[1] or speed == 0 then return nil end
  return math.max(0, (heap[1].time - clock.now()) / speed)
end

return clock
