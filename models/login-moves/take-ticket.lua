-- Looks at, or uses up, the ticket of a ready login or the bind ticket of a waiting one. Whoever used it up may ask again:
-- the reply may have been lost on its way.
-- KEYS[1] login   ARGV: clock offset ms, status it must have ('ready' | 'bind'), ent_id, ticket digest, redemption ('0': look only)
local now = clock(ARGV[1])
local f = redis.call('HMGET', KEYS[1], 'status', 'ent_id', 'ticket', 'ticket_dies', 'redeemed', 'outcome', 'target', 'appid')
if f[1] ~= ARGV[2] or f[2] ~= ARGV[3] or f[3] ~= ARGV[4] or now > tonumber(f[4]) or (f[5] and f[5] ~= ARGV[5]) then return false end
if ARGV[5] ~= '0' then redis.call('HSET', KEYS[1], 'redeemed', ARGV[5]) end
return { f[6], f[7] or '', f[8] }
