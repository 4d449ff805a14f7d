-- KEYS[1] session   token: digest of the token it is begun with   idleMs: life while nobody looks   longestMs: life at most
local session = unpack(KEYS)
local token, idleMs, longestMs = unpack(ARGV)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', session, 'token', token, 'ends', string.format('%d', now + longestMs))
redis.call('PEXPIRE', session, idleMs)
return 1
