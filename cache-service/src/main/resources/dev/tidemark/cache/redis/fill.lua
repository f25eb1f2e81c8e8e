-- Stores an entry unless a newer one is there, and gives the lease back.
--
-- KEYS  1 entry  2 lease
-- ARGV  1 token, 8 bytes
--       2 what is left of the hard TTL, ms; 0 to store nothing
--       3 the entry
--
-- Returns {stored, lease held}, each 1 or 0

-- As EntryCodec writes it, and packed.
local FORMATS = {[1] = true, [2] = true}
local HEADER_BYTES = 56

local function newer(stored, entry)
    if type(stored) ~= 'string' or #stored < HEADER_BYTES or not FORMATS[string.byte(stored, 1)] then
        return false
    end
    -- Versions of different histories cannot be compared: the last one to fill is right.
    if string.sub(stored, 33, 56) ~= string.sub(entry, 33, 56) then
        return false
    end
    -- A Lua number holds 53 bits exactly: versions are compared in halves.
    local high, low = struct.unpack('>I4I4', stored, 17)
    local ownHigh, ownLow = struct.unpack('>I4I4', entry, 17)
    if high ~= ownHigh then
        return high > ownHigh
    end
    if low ~= ownLow then
        return low > ownLow
    end
    -- The same snapshot horizon says little while a long writer is open: the later read wins.
    local left = redis.call('PTTL', KEYS[1])
    local hard = struct.unpack('>I4', stored, 9)
    if left < 0 or left > hard then
        return false
    end
    return hard - left < struct.unpack('>I4', entry, 9) - tonumber(ARGV[2])
end

local kept = 0
if ARGV[2] ~= '0' and not newer(redis.pcall('GETRANGE', KEYS[1], 0, HEADER_BYTES - 1), ARGV[3]) then
    redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[2])
    kept = 1
end

local held = 0
if redis.pcall('GET', KEYS[2]) == ARGV[1] then
    redis.call('DEL', KEYS[2])
    held = 1
end
return {kept, held}
