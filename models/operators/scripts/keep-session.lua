-- Whose session it is; looked at, it lives on for another while, until its absolute end.
-- KEYS[1] session
-- Answers false when there is none, or its time is over; else the digest of the token it was begun with.
local session = unpack(KEYS)
local idleMs = unpack(ARGV)
local token, ends = unpack(redis.call('HMGET', session, 'token', 'ends'))
if not token then return false end
local time = redis.call('TIME')
local left = tonumber(ends) - time[1] * 1000 - math.floor(time[2] / 1000)
if left <= 0 then return false end
redis.call('PEXPIRE', session, math.min(tonumber(idleMs), left))
return token
