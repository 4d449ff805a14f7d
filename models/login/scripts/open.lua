-- Begins a login.
-- KEYS[1] login   ARGV: clock offset ms, record lifetime ms, then field, value, field, value …
local now = clock(ARGV[1])
redis.call('HSET', KEYS[1], 'stage', 'open', 'status', 'pending', 'begun_at', now, 'codes', 0, 'round_codes', 0, 'rounds', 0, 'seen', '', unpack(ARGV, 3))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return now
