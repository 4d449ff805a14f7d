-- Gives a settled login a new outcome and ticket: a fresh ticket for a page that came late, or 'ready' after a bind.
-- KEYS[1] login   ARGV: clock offset ms, status it must have, ticket digest it must have, new status, sealed outcome,
--                       ticket digest, ticket lifetime ms, record lifetime ms
local now = clock(ARGV[1])
local f = redis.call('HMGET', KEYS[1], 'status', 'ticket', 'redeemed')
if f[1] == ARGV[4] and f[2] == ARGV[6] then return 1 end
if f[1] ~= ARGV[2] or f[2] ~= ARGV[3] or f[3] then return 0 end
redis.call('HSET', KEYS[1], 'status', ARGV[4], 'outcome', ARGV[5], 'ticket', ARGV[6], 'ticket_dies', now + ARGV[7])
redis.call('PEXPIRE', KEYS[1], ARGV[8])
return 1
