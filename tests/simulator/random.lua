-- Seeded randomness: the same seed and the same requests give the same ids.

local random = {}

function random.seed(seed) math.randomseed(seed) end

---@return integer
function random.between(low, high) return math.random(low, high) end

---@return number in [0, 1)
function random.fraction() return math.random() end

function random.hex(digits)
  local out = {}
  for i = 1, digits do out[i] = ("%x"):format(math.random(0, 15)) end
  return table.concat(out)
end

function random.text(length)
  local letters = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
  local out = {}
  for i = 1, length do
    local n = math.random(#letters)
    out[i] = letters:sub(n, n)
  end
  return table.concat(out)
end

function random.uuid()
  return ("%s-%s-4%s-%x%s-%s"):format(random.hex(8), random.hex(4), random.hex(3),
    math.random(8, 11), random.hex(3), random.hex(12))
end

return random
