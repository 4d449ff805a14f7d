-- What a page may need to know about a login, with the clock it is to be judged by.
-- KEYS[1] login
-- Answers false for a login that is not there.
-- Replies: browser, status, stage, reason, outcome, scope, entId, appid, target, lang, begunAt, recordedAt, codes, rounds,
--          ticket, ticketDiesAt, redeemed, hostState, challenge, unbound, now, codeDiesAt, job, goal, via
local offset = unpack(ARGV)
local now = clock(offset)
local f = redis.call('HMGET', KEYS[1], 'browser', 'status', 'stage', 'reason', 'outcome', 'scope', 'ent_id', 'appid', 'target', 'lang',
  'begun_at', 'recorded_at', 'codes', 'rounds', 'ticket', 'ticket_dies', 'redeemed', 'host_state', 'challenge', 'person', 'known_at')
local browser, status, codes, person, knownAt = f[1], f[2], f[13], f[20], f[21]
if not browser then return false end
f[20] = status == 'ready' and unboundSince(KEYS[1], person, knownAt) and 1 or false
f[21] = now
f[22], f[23], f[24], f[25] = unpack(redis.call('HMGET', KEYS[1], 'dies:' .. codes, 'job', 'goal', 'via'))
return f
