-- Finds an entry, or takes its lease, in one step.
--
-- KEYS  1 entry  2 lease
-- ARGV  1 token, 8 bytes
--       2 lease, ms
--       3 version that the asker refused, u64 big-endian
--       4 SHA-1 in hex of stored bytes that turned out to be damaged and are to go; empty for none
--
-- Returns {what, lease left, entry, age, unknown}
--   what         1 hit, 2 leased, 3 awaited, 4 uncacheable
--   lease left   in ms, when awaited
--   entry, age   the hit; or else what is stored but not good enough, if anything; age in ms
--   unknown      1 if what is stored is not an entry of a known format, and so not returned

-- As EntryCodec writes it, and packed.
local FORMATS = {[1] = true, [2] = true}
local HEADER_BYTES = 56
local TOKEN_BYTES = 8

local stored = redis.pcall('GET', KEYS[1])
local age = 0
local unknown = 0
if type(stored) == 'table' then
    -- Not a string: nothing of ours.
    stored = false
    unknown = 1
elseif stored and ARGV[4] ~= '' and redis.sha1hex(stored) == ARGV[4] then
    redis.call('DEL', KEYS[1])
    stored = false
end
if stored then
    local left = redis.call('PTTL', KEYS[1])
    local hard = #stored >= HEADER_BYTES and struct.unpack('>I4', stored, 9) or 0
    -- An age below 0, or no TTL at all, is not something that a fill has written.
    if #stored < HEADER_BYTES or not FORMATS[string.byte(stored, 1)] or left < 0 or left > hard then
        stored = false
        unknown = 1
    else
        age = hard - left
        -- A Lua number holds 53 bits exactly: versions are compared in halves.
        local high, low = struct.unpack('>I4I4', stored, 17)
        local refusedHigh, refusedLow = struct.unpack('>I4I4', ARGV[3])
        local newer = high > refusedHigh or (high == refusedHigh and low > refusedLow)
        local unrefused = refusedHigh == 0 and refusedLow == 0
        if age < struct.unpack('>I4', stored, 5) and (newer or unrefused) then
            return {1, 0, stored, age, 0}
        end
    end
end

local holder = redis.pcall('GET', KEYS[2])
if holder == 'uncacheable' then
    return {4, 0, false, 0, unknown}
end
-- A holder that asks again, since its entry was damaged, keeps its lease.
if type(holder) == 'string' and string.sub(holder, 1, TOKEN_BYTES) ~= ARGV[1] then
    local left = redis.call('PTTL', KEYS[2])
    if left >= 0 then
        return {3, left, stored, age, unknown}
    end
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('SET', KEYS[2], ARGV[1] .. redis.call('CLUSTER', 'MYID') .. string.format('%.0f', now), 'PX', ARGV[2])
return {2, 0, stored, age, unknown}
