-- Gives a lease back, and marks the key as uncacheable if asked to.
--
-- KEYS  1 entry (unused: it shares the slot)  2 lease
-- ARGV  1 token, 8 bytes
--       2 for how long to mark the key as uncacheable, ms; 0 for not at all
--
-- Returns 1 if the lease was its holder's, else 0

local TOKEN_BYTES = 8

local holder = redis.pcall('GET', KEYS[2])
local held = type(holder) == 'string' and string.sub(holder, 1, TOKEN_BYTES) == ARGV[1]
-- Who holds the lease by now will find out for himself; if nobody does, the mark is as true as ever.
if ARGV[2] ~= '0' and (held or not holder) then
    redis.call('SET', KEYS[2], 'uncacheable', 'PX', ARGV[2])
elseif held then
    redis.call('DEL', KEYS[2])
end
return held and 1 or 0
