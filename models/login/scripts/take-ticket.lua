-- Looks at, or uses up, the ticket of a ready login or the bind ticket of a waiting one. Whoever used it up may ask again:
-- the reply may have been lost on its way.
-- A login that was begun with a code challenge gives its ticket to whoever has the verifier (RFC 7636); one that was begun
-- without gives it to nobody who brings one, since then the challenge was taken out on the way.
-- KEYS[1] login   ARGV: clock offset ms, status it must have ('ready' | 'bind'), ent_id, ticket digest, redemption ('0': look only),
--                       digest of the verifier ('': none was given, '-': not asked for), wrong verifiers a ticket survives,
--                       which enterprise of this ent_id asks ('': not known)
-- Answers false, or sealed outcome, target, state of the host, begun at, ticket dies at, browser, now
local now = clock(ARGV[1])
local key, wanted, redemption, verifier = KEYS[1], ARGV[2], ARGV[5], ARGV[6]
local f = redis.call('HMGET', key, 'status', 'ent_id', 'ticket', 'ticket_dies', 'redeemed', 'outcome', 'target', 'challenge', 'host_state', 'person', 'known_at', 'begun_at', 'bind_ticket', 'bind_dies', 'bind_request', 'browser', 'enterprise')
local status, ticket, dies, redeemed = f[1], f[3], f[4], f[5]
if wanted == 'bind' and status == 'ready' and f[15] and f[15] == redemption then
  -- The same request of the host again: it bound this very ticket, and its answer was lost.
  status, ticket, dies, redeemed = 'bind', f[13], f[14], false
end
if status ~= wanted or f[2] ~= ARGV[3] or ticket ~= ARGV[4] or now > tonumber(dies) then return false end
-- It was begun for a former enterprise of the same ent_id.
if f[17] and ARGV[8] ~= '' and f[17] ~= ARGV[8] then return false end
if redeemed and redeemed ~= redemption then return false end
if f[1] == 'ready' and unboundSince(key, f[10], f[11]) then return false end
local challenge = f[8] or ''
if verifier ~= '-' and verifier ~= challenge then
  if challenge ~= '' and verifier ~= '' and redis.call('HINCRBY', key, 'wrong_verifiers', 1) >= tonumber(ARGV[7]) then
    redis.call('HDEL', key, 'ticket', 'bind_ticket')
  end
  return false
end
if wanted == 'ready' and redemption ~= '0' then redis.call('HSET', key, 'redeemed', redemption) end
return { f[6], f[7] or '', f[9] or '', tonumber(f[12]), tonumber(dies), f[16], now }
