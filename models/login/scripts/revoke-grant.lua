-- Takes back what a client was granted by this login.
-- KEYS[1] login   client: its digest   why: `revoked`, or `left` where the person logged out: then no code is redeemed any more
local offset, client, why = unpack(ARGV)
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], why .. ':' .. client, '1') end
return 1
