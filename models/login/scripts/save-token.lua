-- Keeps what a code was traded for, before anything else is done with it. A token is good from any run of the job,
-- also from one that was given up for dead: only a login that already has a token, or its answer, turns it down.
-- A snapshot visitor's end is no answer: the real code may have come after it.
-- KEYS[1] login   n: the code's number
local offset, claimId, jobId, n, sealedToken = unpack(ARGV)
local now = clock(offset)
local stage, status, claim, reason = unpack(redis.call('HMGET', KEYS[1], 'stage', 'status', 'claim', 'reason'))
if not stage then return 'gone' end
if stage == 'settled' and isGood[status] then return 'done' end
if stage == 'exchanged' and claim ~= claimId then return 'joined' end
redis.call('HSET', KEYS[1], 'stage', 'exchanged', 'status', 'pending', 'token', sealedToken, 'current', n, 'claim', claimId, 'claim_job', jobId, 'claimed_at', whole(now))
-- Of a round that ended badly before.
if reason then redis.call('HDEL', KEYS[1], 'reason') end
return 'saved'
