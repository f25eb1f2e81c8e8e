-- Gives out a term above all earlier ones.
--
-- KEYS  1 records  2 term
--
-- Returns {term, tail}
--   term  u64 big-endian
--   tail  the last record, or nothing

-- A Lua number holds 53 bits exactly: terms are compared in halves.
local function above(term, other)
    local high, low = struct.unpack('>I4I4', term)
    local otherHigh, otherLow = struct.unpack('>I4I4', other)
    return high > otherHigh or (high == otherHigh and low > otherLow)
end

local tails = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local tail = tails[1] and tails[1][2][2] or false
local last = redis.call('GET', KEYS[2]) or string.rep('\0', 8)
-- Its own key may have been lost.
if tail and above(string.sub(tail, 19, 26), last) then
    last = string.sub(tail, 19, 26)
end

local high, low = struct.unpack('>I4I4', last)
low = low + 1
if low == 2^32 then
    high, low = high + 1, 0
end
local term = struct.pack('>I4I4', high, low)

local time = redis.call('TIME')
local millis = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local now = struct.pack('>I4I4', math.floor(millis / 2^32), millis % 2^32)
if above(now, term) then
    term = now
end
redis.call('SET', KEYS[2], term)
return {term, tail}
