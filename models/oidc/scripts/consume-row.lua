-- Uses a row up, once: of many at the same moment the first wins.
-- KEYS[1] row   attempt: names this try: ioredis sends a command again whose reply was lost
-- Answers 0 when it is used up already, or not there.
local row = unpack(KEYS)
local attempt = unpack(ARGV)
if redis.call('EXISTS', row) == 0 then return 0 end
redis.call('HSETNX', row, 'consumed', attempt)
return redis.call('HGET', row, 'consumed') == attempt and 1 or 0
