-- Holds a lease for longer, if it is still its holder's. One that is free by now is not taken again:
-- this may be late, and its fill there already.
--
-- KEYS  1 entry (unused: it shares the slot)  2 lease
-- ARGV  1 token, 8 bytes
--       2 for how long from now on, ms; never for less than it is held anyway
--
-- Returns for how long it is held, ms; 0 if it is another's or nobody's

local TOKEN_BYTES = 8

if redis.pcall('GETRANGE', KEYS[2], 0, TOKEN_BYTES - 1) ~= ARGV[1] then
    return 0
end
local left = redis.call('PTTL', KEYS[2])
local wanted = tonumber(ARGV[2])
if left >= wanted then
    return left
end
redis.call('PEXPIRE', KEYS[2], wanted)
return wanted
