-- Puts a job into its account's line, or finds the place it has there, and tells when it should come back.
-- Each enterprise's jobs stand as far apart as the account's calls, so a flood stands behind itself, not before others.
-- ends: where each enterprise's part of the line ends   noted: entries worth a look   keptMs: how long a job may stand here
local entry, line, ends, noted = unpack(KEYS)
local offset, name, fullRate, job, entId, leastDelayMs, longestDelayMs, keptMs = unpack(ARGV)
local f = entryOf(entry)
f.full = tonumber(fullRate)
local spacing = 1000 / paceOf(f)

if redis.call('EXISTS', line) == 0 then redis.call('DEL', ends) end
local place = redis.call('ZSCORE', line, job)
if not place then
  place = math.max(now, (tonumber(redis.call('HGET', ends, entId)) or 0) + spacing)
  redis.call('ZADD', line, place, job)
  redis.call('HSET', ends, entId, place)
  redis.call('PEXPIRE', line, keptMs)
  redis.call('PEXPIRE', ends, keptMs)
end
-- Jobs that nobody came back for: their worker died, or Redis lost them.
redis.call('ZREMRANGEBYSCORE', line, '-inf', now - keptMs)
local ahead = redis.call('ZRANK', line, job) or 0

redis.call('HSET', entry, 'full', fullRate)
redis.call('PEXPIRE', entry, lifeOf(entry))
note(noted, name)
redis.call('PEXPIRE', noted, kept)
local closedFor = isClosed(f) and math.max(f['until'] - now, 0) or 0
return math.ceil(math.min(math.max(closedFor, tonumber(leastDelayMs)) + ahead * spacing, tonumber(longestDelayMs)))
