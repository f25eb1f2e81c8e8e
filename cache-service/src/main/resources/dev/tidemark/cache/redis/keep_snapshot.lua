-- Puts a snapshot whose chunks are written in the last one's place, and trims the log below it.
--
-- KEYS  1 records  2 pointer  3 lock  4 … the chunks, then those of the snapshot that it replaces
-- ARGV  1 token of the lock, 8 bytes
--       2 the pointer
--       3 id of the snapshot's record
--       4 how many of the last records stay in any case
--       5 number of chunks
--       6 position of the snapshot's record, as it is in the record
--
-- Returns 1, or 0 if the lock was lost, a chunk has gone, or the log has lost the record

if redis.call('GET', KEYS[3]) ~= ARGV[1] then
    return 0
end
local last = 3 + tonumber(ARGV[5])
for i = 4, last do
    if redis.call('EXISTS', KEYS[i]) == 0 then
        return 0
    end
end
local kept = redis.call('XRANGE', KEYS[1], ARGV[3], '+', 'COUNT', ARGV[4])
if not kept[1] or string.sub(kept[1][2][2], 3, 26) ~= ARGV[6] then
    return 0
end

for i = 4, last do
    redis.call('PERSIST', KEYS[i])
end
redis.call('SET', KEYS[2], ARGV[2])
for i = last + 1, #KEYS do
    redis.call('UNLINK', KEYS[i])
end

if #kept == tonumber(ARGV[4]) then
    redis.call('XTRIM', KEYS[1], 'MINID', '=', ARGV[3])
else
    redis.call('XTRIM', KEYS[1], 'MAXLEN', '=', ARGV[4])
end
redis.call('DEL', KEYS[3])
return 1
