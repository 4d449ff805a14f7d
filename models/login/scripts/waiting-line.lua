-- The line of people who wait to be let in to log in: numbers are handed out, and called in order.
-- KEYS[1] line   ARGV: 'join' | 'look' | 'advance', people to call, least ms between two calls | 'try', least ms between two tries
-- Answers how many numbers were handed out, and called; for 'try': 1 when it is granted, 0
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- A time that is still to come is of a clock that has gone back since: over, too.
local function isOver(at, ms)
  local since = now - tonumber(at or 0)
  return since < 0 or since >= tonumber(ms)
end
if ARGV[1] == 'try' then
  if not isOver(redis.call('HGET', KEYS[1], 'tried_at'), ARGV[2]) then return { 0, 0 } end
  redis.call('HSET', KEYS[1], 'tried_at', now)
  redis.call('PEXPIRE', KEYS[1], 3600000)
  return { 1, 0 }
end
local f = redis.call('HMGET', KEYS[1], 'issued', 'called', 'called_at')
local issued, called = tonumber(f[1] or 0), tonumber(f[2] or 0)
if ARGV[1] == 'join' then
  issued = redis.call('HINCRBY', KEYS[1], 'issued', 1)
  redis.call('PEXPIRE', KEYS[1], 3600000)
elseif ARGV[1] == 'advance' and called < issued and isOver(f[3], ARGV[3]) then
  called = math.min(issued, called + tonumber(ARGV[2]))
  redis.call('HSET', KEYS[1], 'called', called, 'called_at', now)
end
return { issued, called }
