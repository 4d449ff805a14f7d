-- Puts a job into its account's line, or finds the place it has there, and tells when it should come back.
-- Each enterprise's jobs stand as far apart as the account's calls, so a flood stands behind itself, not before others.
-- KEYS[1] entry   KEYS[2] line   KEYS[3] where each enterprise's part of the line ends   KEYS[4] entries worth a look
-- ARGV: clock offset ms, name, full rate, job, enterprise, least delay ms, longest delay ms, how long a job may stand here ms
local f = entryOf(KEYS[1])
f.full = tonumber(ARGV[3])
local spacing = 1000 / paceOf(f)

if redis.call('EXISTS', KEYS[2]) == 0 then redis.call('DEL', KEYS[3]) end
local place = redis.call('ZSCORE', KEYS[2], ARGV[4])
if not place then
  place = math.max(now, (tonumber(redis.call('HGET', KEYS[3], ARGV[5])) or 0) + spacing)
  redis.call('ZADD', KEYS[2], place, ARGV[4])
  redis.call('HSET', KEYS[3], ARGV[5], place)
  for n = 2, 3 do redis.call('PEXPIRE', KEYS[n], ARGV[8]) end
end
-- Jobs that nobody came back for: their worker died, or Redis lost them.
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[8])
local ahead = redis.call('ZRANK', KEYS[2], ARGV[4]) or 0

redis.call('HSET', KEYS[1], 'full', ARGV[3])
redis.call('PEXPIRE', KEYS[1], kept)
redis.call('ZADD', KEYS[4], now, ARGV[2])
redis.call('PEXPIRE', KEYS[4], kept)
local closedFor = isClosed(f) and math.max(f['until'] - now, 0) or 0
return math.ceil(math.min(math.max(closedFor, tonumber(ARGV[6])) + ahead * spacing, tonumber(ARGV[7])))
