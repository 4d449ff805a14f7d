-- Puts on record which job has a login's last code, where that is a job of several logins: a job of its own has an id that
-- anybody can tell. A login that is not there any more is not made.
-- KEYS[1] login   n: the code's number
local offset, n, job = unpack(ARGV)
if redis.call('HGET', KEYS[1], 'codes') ~= n then return 0 end
redis.call('HSET', KEYS[1], 'job', job)
return 1
