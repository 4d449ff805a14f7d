-- What a page may need to know about a login, with the clock it is to be judged by.
-- KEYS[1] login   ARGV: clock offset ms
local now = clock(ARGV[1])
local f = redis.call('HMGET', KEYS[1], 'browser', 'status', 'stage', 'reason', 'outcome', 'scope', 'ent_id', 'appid', 'target', 'lang', 'begun_at', 'recorded_at', 'codes', 'rounds', 'ticket', 'ticket_dies', 'redeemed', 'host_state', 'challenge', 'person', 'known_at')
if not f[1] then return false end
local person, knownAt = f[20], f[21]
f[20] = f[2] == 'ready' and unboundSince(KEYS[1], person, knownAt) and 1 or false
f[21] = now
f[22] = redis.call('HGET', KEYS[1], 'dies:' .. f[13])
return f
