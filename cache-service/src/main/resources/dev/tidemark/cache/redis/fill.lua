-- Stores an entry unless a newer one is there, and gives the lease back.
--
-- Who fills says how old the entry was when it was sent, and nobody measures how long it was on its way. One that came under its
-- lease was fetched after that was granted: so it is as old as the lease, and as it was already when it was asked for. One that
-- did not is as old as is said, which will do where the log knows what is valid; one that has nothing but its age is not stored.
--
-- KEYS  1 entry  2 lease
-- ARGV  1 token, 8 bytes
--       2 what is left of the hard TTL, ms; 0 to store nothing
--       3 the entry
--       4 how old it was already when it was asked for, ms: a read replica is behind
--
-- Returns {fate, lease held}
--   fate         0 a newer one is there, 1 stored, 2 past its hard TTL, 3 nobody knows how old it is
--   lease held   1 or 0

-- As EntryCodec writes it, and packed.
local FORMATS = {[1] = true, [2] = true}
local HEADER_BYTES = 56
local TOKEN_BYTES = 8
local NODE_BYTES = 40

local function newer(stored, entry, ownAge)
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
    return hard - left < ownAge
end

local holder = redis.pcall('GET', KEYS[2])
local held = type(holder) == 'string' and string.sub(holder, 1, TOKEN_BYTES) == ARGV[1]
local hard = struct.unpack('>I4', ARGV[3], 9)
local age = hard - tonumber(ARGV[2])
local timed = false
-- The version before this one did not write when; and what another node wrote, before a failover, is of another clock.
if held and string.sub(holder, TOKEN_BYTES + 1, TOKEN_BYTES + NODE_BYTES) == redis.call('CLUSTER', 'MYID') then
    local time = redis.call('TIME')
    local granted = tonumber(string.sub(holder, TOKEN_BYTES + NODE_BYTES + 1))
    -- Both moments are rounded down.
    local since = time[1] * 1000 + math.floor(time[2] / 1000) - granted + 1
    -- Not if the clock was set back.
    if since > 0 then
        timed = true
        age = math.max(age, since + tonumber(ARGV[4]))
    end
end
local followed = math.floor(string.byte(ARGV[3], 2) / 2) % 2 == 1

local fate
if not followed and not timed then
    fate = 3
elseif ARGV[2] == '0' or age >= hard then
    fate = 2
elseif newer(redis.pcall('GETRANGE', KEYS[1], 0, HEADER_BYTES - 1), ARGV[3], age) then
    fate = 0
else
    redis.call('SET', KEYS[1], ARGV[3], 'PX', hard - age)
    fate = 1
end

if held then
    redis.call('DEL', KEYS[2])
end
return {fate, held and 1 or 0}
