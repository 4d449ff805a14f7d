-- Ends a round of a login, or moves on to its next code. The first good end wins; a bad end counts only from the run
-- that holds the claim, so a late failure never overwrites a success.
-- KEYS[1] login   ticket: its digest   scope: of the next round   isLostRound, mayTryNext: '1' | '0'
--                 refusedMarkMs: life of a refused code's mark ('0': it was not refused)   person: '' when nobody was found
--                 knownAt: when the binding was looked at   longestMs: life of a settled login
-- Answers with a verb: settled, done, gone, fenced; next: another code is tried; unbound: the host unbound the person after
-- that look, and the binding is to be looked at again.
-- Replies: verb, elapsedMs, now
local offset, claimId, status, reason, outcome, ticket, ticketMs, recordMs, scope, isLostRound, mayTryNext, channel, id,
  refusedMarkMs, person, knownAt, longestMs = unpack(ARGV)
local now, key = clock(offset), KEYS[1]
local stage, claim, current, codes, recordedAt, movedBy, browser = unpack(redis.call('HMGET', key,
  'stage', 'claim', 'current', 'codes', 'recorded_at', 'moved_by', 'browser'))
if not stage then return { 'gone', 0 } end
if stage == 'settled' then return { claim == claimId and 'settled' or 'done', now - recordedAt, now } end
local good = isGood[status]
-- The same step again: the reply to the first was lost on its way.
if mayTryNext == '1' and movedBy == claimId and claim ~= claimId then return { 'next', tonumber(current) } end
if not good and claim ~= claimId then return { 'fenced', 0 } end

local unboundAt = good and unboundSince(key, person, knownAt)
-- A look from now on is one after that unbinding, also when the clock has gone back since.
if unboundAt then return { 'unbound', 0, math.max(now, unboundAt + 1) } end
if refusedMarkMs ~= '0' then
  redis.call('HINCRBY', key, 'refused', 1)
  redis.call('INCR', refusedBy(key, browser))
  redis.call('PEXPIRE', refusedBy(key, browser), refusedMarkMs)
end

current, codes = tonumber(current), tonumber(codes)
if mayTryNext == '1' then
  for n = current + 1, codes do
    local dies = redis.call('HGET', key, 'dies:' .. n)
    if dies and dies - now > 0 then
      redis.call('HSET', key, 'stage', 'recorded', 'current', n, 'moved_by', claimId)
      redis.call('HDEL', key, 'code:' .. current, 'claim', 'claim_job', 'claimed_at', 'token')
      return { 'next', n }
    end
  end
end

redis.call('HSET', key, 'stage', 'settled', 'status', status, 'reason', reason, 'outcome', outcome, 'ticket', ticket, 'ticket_dies', whole(now + ticketMs), 'claim', claimId, 'round_codes', '0', 'scope', scope)
if good then redis.call('HSET', key, 'person', person, 'known_at', knownAt, 'ends_at', whole(now + longestMs)) end
if isLostRound == '1' then redis.call('HINCRBY', key, 'rounds', 1) end
local done = { 'token', 'claim_job', 'claimed_at' }
for n = 1, codes do
  done[#done + 1] = 'code:' .. n
  -- A token may still come for a code that was given up: then its numbers are needed again.
  if good then
    done[#done + 1] = 'dies:' .. n
    done[#done + 1] = 'calls:' .. n
  end
end
redis.call('HDEL', key, unpack(done))
redis.call('PEXPIRE', key, recordMs)
-- Whose login it is now: a poll that was held while it changed hands must not be told.
local told = { id = id, status = status, browser = browser }
if reason ~= '' then told.reason = reason end
if outcome ~= '' then told.outcome = outcome end
announce(channel, cjson.encode(told))
return { 'settled', now - recordedAt, now }
