-- What a page may need to know about a login, with the clock it is to be judged by.
-- KEYS[1] login   ARGV: clock offset ms
local now = clock(ARGV[1])
local f = redis.call('HMGET', KEYS[1], 'browser', 'status', 'stage', 'reason', 'outcome', 'scope', 'ent_id', 'appid', 'target', 'lang', 'begun_at', 'recorded_at', 'codes', 'rounds', 'ticket', 'ticket_dies', 'redeemed')
if not f[1] then return false end
f[18] = now
f[19] = redis.call('HGET', KEYS[1], 'dies:' .. f[13])
return f
