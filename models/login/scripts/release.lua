-- Gives a claimed code back, to be claimed again: the call failed in a way that leaves the code worth another try.
-- KEYS[1] login   wasSent: '1' the call counts, '0' it never reached WeChat and does not
local offset, claimId, wasSent = unpack(ARGV)
local stage, claim, current = unpack(redis.call('HMGET', KEYS[1], 'stage', 'claim', 'current'))
if stage ~= 'exchanging' or claim ~= claimId then return 0 end
redis.call('HSET', KEYS[1], 'stage', 'recorded')
if wasSent == '0' then redis.call('HINCRBY', KEYS[1], 'calls:' .. current, -1) end
return 1
