-- Writes a row of the OpenID provider, with its lifetime. One hash, so that a cluster has it in one place.
-- KEYS[1] row   sealed: its values   lifetimeMs
local row = unpack(KEYS)
local sealed, lifetimeMs = unpack(ARGV)
redis.call('HSET', row, 'sealed', sealed)
redis.call('PEXPIRE', row, lifetimeMs)
return 1
