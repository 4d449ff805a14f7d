-- Marks a person whose binding is removed, with the time of it by Redis's clock.
-- KEYS[1] mark   ARGV: clock offset ms, life of the mark ms
local time = redis.call('TIME')
redis.call('SET', KEYS[1], time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1], 'PX', ARGV[2])
return 1
