-- The person said no: WeChat came back without a code (it seldom does).
-- KEYS[1] login   ARGV: clock offset ms, browser digest
local f = redis.call('HMGET', KEYS[1], 'browser', 'stage', 'status')
if f[1] ~= ARGV[2] then return 0 end
if f[2] ~= 'open' and f[3] ~= 'reauthorize' then return 0 end
redis.call('HSET', KEYS[1], 'stage', 'settled', 'status', 'failed', 'reason', 'refused')
return 1
