-- Adds what a process counted to the minute that Redis's clock is in: once, however often it is sent. Notes when a trouble was
-- first met in that minute.
-- KEYS[1] place: what the keys of minutes begin with   flush: a name of this sending   minuteMs, keptMs
-- counts: JSON { field: n }   firsts: JSON { field: ms ago }
local place = unpack(KEYS)
local flush, minuteMs, keptMs, counts, firsts = unpack(ARGV)
if not redis.call('SET', place .. 'flush:' .. flush, 1, 'NX', 'EX', 60) then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local minute = place .. string.format('%d', math.floor(now / minuteMs))
for field, n in pairs(cjson.decode(counts)) do redis.call('HINCRBY', minute, field, n) end
for field, ago in pairs(cjson.decode(firsts)) do
  redis.call('HSETNX', minute, 'first|' .. field, string.format('%d', now - ago))
end
redis.call('PEXPIRE', minute, keptMs)
return 1
