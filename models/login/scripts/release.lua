-- Gives a claimed code back, to be claimed again: the call failed in a way that leaves the code worth another try.
-- KEYS[1] login   ARGV: clock offset ms, claim id, sent ('1': the call counts, '0': it never reached WeChat and does not)
local f = redis.call('HMGET', KEYS[1], 'stage', 'claim', 'current')
if f[1] ~= 'exchanging' or f[2] ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'stage', 'recorded')
if ARGV[3] == '0' then redis.call('HINCRBY', KEYS[1], 'calls:' .. f[3], -1) end
return 1
