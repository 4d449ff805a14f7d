-- The same for a row that must not be there yet.
-- KEYS[1] row   sealed: its values   lifetimeMs   attempt: names this try: ioredis sends a command again whose reply was lost
-- Answers 0 when somebody else wrote it before.
local row = unpack(KEYS)
local sealed, lifetimeMs, attempt = unpack(ARGV)
if redis.call('HSETNX', row, 'attempt', attempt) == 0 then
  return redis.call('HGET', row, 'attempt') == attempt and 1 or 0
end
redis.call('HSET', row, 'sealed', sealed)
redis.call('PEXPIRE', row, lifetimeMs)
return 1
