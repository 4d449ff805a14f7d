-- Keeps what a code was traded for, before anything else is done with it. A token is good from any run of the job,
-- also from one that was given up for dead: only a login that already has a token, or its answer, turns it down.
-- A snapshot visitor's end is no answer: the real code may have come after it.
-- KEYS[1] login   ARGV: clock offset ms, claim id, job id, code number, sealed token
local now = clock(ARGV[1])
local f = redis.call('HMGET', KEYS[1], 'stage', 'status', 'claim')
if not f[1] then return 'gone' end
if f[1] == 'settled' and (f[2] == 'ready' or f[2] == 'bind') then return 'done' end
if f[1] == 'exchanged' and f[3] ~= ARGV[2] then return 'joined' end
redis.call('HSET', KEYS[1], 'stage', 'exchanged', 'status', 'pending', 'token', ARGV[5], 'current', ARGV[4], 'claim', ARGV[2], 'claim_job', ARGV[3], 'claimed_at', now)
redis.call('HDEL', KEYS[1], 'reason')
return 'saved'
