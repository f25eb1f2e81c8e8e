-- Appends a batch of records to the end of the log, or none of them.
--
-- KEYS  1 records  2 term
-- ARGV  id and record of each
--
-- Returns {1}, or {0, term, tail}
--   term  the latest reader's, u64 big-endian
--   tail  the last record, or nothing
--
-- A record, from 1: format, kind, position and predecessor. A position: generation, LSN and term,
-- each a u64 big-endian.

local GENERATION = 4
local NONE = string.rep('\0', 24)

-- A Lua number holds 53 bits exactly: numbers are compared in halves, the places of 1 or 2 of them.
local function above(number, other)
    for at = 1, #number, 4 do
        local a = struct.unpack('>I4', number, at)
        local b = struct.unpack('>I4', other, at)
        if a ~= b then
            return a > b
        end
    end
    return false
end

local function position(record)
    return string.sub(record, 3, 26)
end

local function predecessor(record)
    return string.sub(record, 27, 50)
end

local tails = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local tail = tails[1] and tails[1][2][2] or false
local last = tail and position(tail) or NONE
local term = redis.call('GET', KEYS[2]) or string.rep('\0', 8)

local own = string.sub(ARGV[2], 19, 26)
if above(term, own) then
    return {0, term, tail}
end
for i = 2, #ARGV, 2 do
    local place = position(ARGV[i])
    local before = predecessor(ARGV[i])
    local chained = i == 2 or before == position(ARGV[i - 2])
    local ascending = above(string.sub(place, 1, 16), string.sub(before, 1, 16))
    local first = before ~= NONE or string.byte(ARGV[i], 2) == GENERATION
    if not (chained and ascending and first and string.sub(place, 17) == own) then
        return {0, term, tail}
    end
end

local new = 1
if predecessor(ARGV[2]) ~= last then
    -- Those that are there already with the same bytes are not appended again.
    while new < #ARGV do
        local found = redis.call('XRANGE', KEYS[1], ARGV[new], ARGV[new])
        if not found[1] or found[1][2][2] ~= ARGV[new + 1] then
            break
        end
        new = new + 2
    end
    if new == 1 or (new < #ARGV and position(ARGV[new - 1]) ~= last) then
        return {0, term, tail}
    end
end
for i = new, #ARGV, 2 do
    redis.call('XADD', KEYS[1], ARGV[i], 'r', ARGV[i + 1])
end
-- A failover may have lost that it was opened. And without a write, WAIT would not wait for those
-- that came by another connection.
redis.call('SET', KEYS[2], own)
return {1}
