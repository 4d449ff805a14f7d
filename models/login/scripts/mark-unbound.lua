-- Marks a person whose binding is removed, with the time of it by Redis's clock; later than the mark before, should that clock
-- have gone back.
local mark = unpack(KEYS)
local offset, lifetimeMs = unpack(ARGV)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + offset
local before = tonumber(redis.call('GET', mark) or 0)
redis.call('SET', mark, string.format('%d', math.max(now, before + 1)), 'PX', lifetimeMs)
return 1
