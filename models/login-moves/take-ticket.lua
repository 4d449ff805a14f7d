-- Looks at, and with consume = '1' uses up, the ticket of a ready login or the bind ticket of a waiting one.
-- KEYS[1] login   ARGV: clock offset ms, status it must have ('ready' | 'bind'), ent_id, ticket digest, consume ('1' | '0')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
local f = redis.call('HMGET', KEYS[1], 'status', 'ent_id', 'ticket', 'ticket_dies', 'redeemed', 'outcome', 'target', 'appid')
if f[1] ~= ARGV[2] or f[2] ~= ARGV[3] or f[3] ~= ARGV[4] or now > tonumber(f[4]) or f[5] then return false end
if ARGV[5] == '1' then redis.call('HSET', KEYS[1], 'redeemed', 1) end
return { f[6], f[7] or '', f[8] }
