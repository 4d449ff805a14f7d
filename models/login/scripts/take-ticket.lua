-- Looks at, or uses up, the ticket of a ready login or the bind ticket of a waiting one. Whoever used it up may ask again:
-- the reply may have been lost on its way.
-- A login that was begun with a code challenge gives its ticket to whoever has the verifier (RFC 7636); one that was begun
-- without gives it to nobody who brings one, since then the challenge was taken out on the way.
-- KEYS[1] login   wanted: the status it must have ('ready' | 'bind')   redemption: '0' looks only
--                 verifier: its digest ('': none was given, '-': not asked for)   mostWrong: wrong verifiers a ticket survives
--                 asking: which enterprise of this ent_id asks ('': not known)
-- Answers false for a ticket that is worth nothing.
-- Replies: sealed, target, hostState, begunAt, expiresAt, browser, now, goal, via, isFirst
local offset, wanted, forEntId, given, redemption, verifier, mostWrong, asking = unpack(ARGV)
local now, key = clock(offset), KEYS[1]
local recorded, entId, ticket, dies, redeemed, outcome, target, challenge, hostState, person, knownAt, begunAt, bindTicket, bindDies, bindRequest, browser, enterprise, goal, via =
  unpack(redis.call('HMGET', key, 'status', 'ent_id', 'ticket', 'ticket_dies', 'redeemed', 'outcome', 'target', 'challenge',
    'host_state', 'person', 'known_at', 'begun_at', 'bind_ticket', 'bind_dies', 'bind_request', 'browser', 'enterprise', 'goal', 'via'))
local status = recorded
if wanted == 'bind' and status == 'ready' and bindRequest and bindRequest == redemption then
  -- The same request of the host again: it bound this very ticket, and its answer was lost.
  status, ticket, dies, redeemed = 'bind', bindTicket, bindDies, false
end
if status ~= wanted or entId ~= forEntId or ticket ~= given or now > tonumber(dies) then return false end
-- It was begun for a former enterprise of the same ent_id.
if enterprise and asking ~= '' and enterprise ~= asking then return false end
-- Its mark from open.lua: nobody gets a ticket of it, while its bind ticket is one like any other.
if goal then redeemed = wanted == 'ready' and goal end
if redeemed and redeemed ~= redemption then return false end
if recorded == 'ready' and unboundSince(key, person, knownAt) then return false end
challenge = challenge or ''
if verifier ~= '-' and verifier ~= challenge then
  if challenge ~= '' and verifier ~= '' and redis.call('HINCRBY', key, 'wrong_verifiers', 1) >= tonumber(mostWrong) then
    redis.call('HDEL', key, 'ticket', 'bind_ticket')
  end
  return false
end
-- A login that was bound came to its host then.
local isFirst = 0
if wanted == 'ready' and redemption ~= '0' and redis.call('HSETNX', key, 'redeemed', redemption) == 1 and not bindTicket then isFirst = 1 end
return { outcome, target or '', hostState or '', tonumber(begunAt), tonumber(dies), browser, now, goal or '', via or '', isFirst }
