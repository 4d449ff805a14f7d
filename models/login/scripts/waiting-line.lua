-- The line of people who wait to be let in to log in: numbers are handed out, and called in order.
-- what: 'join' | 'look' | 'advance' (calls `count` people, at most each `eachMs`) | 'try' (one person, at most each `eachMs`)
-- Answers how many numbers were handed out, and called; for 'try': 1 when it is granted, 0.
-- Replies: issued, called
local line = unpack(KEYS)
local what, count, eachMs = unpack(ARGV)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- A time that is still to come is of a clock that has gone back since: over, too.
local function isOver(at, ms)
  local since = now - tonumber(at or 0)
  return since < 0 or since >= tonumber(ms)
end
if what == 'try' then
  if not isOver(redis.call('HGET', line, 'tried_at'), eachMs) then return { 0, 0 } end
  redis.call('HSET', line, 'tried_at', now)
  redis.call('PEXPIRE', line, 3600000)
  return { 1, 0 }
end
local f = redis.call('HMGET', line, 'issued', 'called', 'called_at')
local issued, called = tonumber(f[1] or 0), tonumber(f[2] or 0)
if what == 'join' then
  issued = redis.call('HINCRBY', line, 'issued', 1)
  redis.call('PEXPIRE', line, 3600000)
elseif what == 'advance' and called < issued and isOver(f[3], eachMs) then
  called = math.min(issued, called + tonumber(count))
  redis.call('HSET', line, 'called', called, 'called_at', now)
end
return { issued, called }
