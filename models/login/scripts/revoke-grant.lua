-- Takes back what a client was granted by this login.
-- KEYS[1] login   client: its digest
local offset, client = unpack(ARGV)
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], 'revoked:' .. client, '1') end
return 1
