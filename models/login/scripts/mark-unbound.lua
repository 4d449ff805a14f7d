-- Marks a person whose binding is removed, with the time of it by Redis's clock; later than the mark before, should that clock
-- have gone back.
-- KEYS[1] mark   ARGV: clock offset ms, life of the mark ms
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
local before = tonumber(redis.call('GET', KEYS[1]) or 0)
redis.call('SET', KEYS[1], string.format('%d', math.max(now, before + 1)), 'PX', ARGV[2])
return 1
