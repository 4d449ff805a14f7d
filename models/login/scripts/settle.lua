-- Ends a round of a login, or moves on to its next code. The first good end wins; a bad end counts only from the run
-- that holds the claim, so a late failure never overwrites a success.
-- KEYS[1] login   ARGV: clock offset ms, claim id, status, reason, sealed outcome, ticket digest, ticket lifetime ms,
--                       record lifetime ms, scope of the next round, counts as a lost round ('1' | '0'), try the next code ('1' | '0'),
--                       channel of the waiting pages, login's id, lifetime in ms of a refused code's mark ('0': it was not refused),
--                       person ('' when nobody was found), when the binding was looked at, longest life of a settled login in ms
-- Answers 'unbound' when the host unbound the person after that look: the binding is to be looked at again.
local now = clock(ARGV[1])
local key, claim, status = KEYS[1], ARGV[2], ARGV[3]
local f = redis.call('HMGET', key, 'stage', 'claim', 'current', 'codes', 'recorded_at', 'moved_by', 'browser')
if not f[1] then return { 'gone', 0 } end
if f[1] == 'settled' then return { f[2] == claim and 'settled' or 'done', now - f[5], now } end
local good = status == 'ready' or status == 'bind'
-- The same step again: the reply to the first was lost on its way.
if ARGV[11] == '1' and f[6] == claim and f[2] ~= claim then return { 'next', tonumber(f[3]) } end
if not good and f[2] ~= claim then return { 'fenced', 0 } end

local unboundAt = good and unboundSince(key, ARGV[15], ARGV[16])
-- A look from now on is one after that unbinding, also when the clock has gone back since.
if unboundAt then return { 'unbound', 0, math.max(now, unboundAt + 1) } end
if ARGV[14] ~= '0' then
  redis.call('HINCRBY', key, 'refused', 1)
  redis.call('INCR', refusedBy(key, f[7]))
  redis.call('PEXPIRE', refusedBy(key, f[7]), ARGV[14])
end

local current, codes = tonumber(f[3]), tonumber(f[4])
if ARGV[11] == '1' then
  for n = current + 1, codes do
    local dies = redis.call('HGET', key, 'dies:' .. n)
    if dies and dies - now > 0 then
      redis.call('HSET', key, 'stage', 'recorded', 'current', n, 'moved_by', claim)
      redis.call('HDEL', key, 'code:' .. current, 'claim', 'claim_job', 'claimed_at', 'token')
      return { 'next', n }
    end
  end
end

redis.call('HSET', key, 'stage', 'settled', 'status', status, 'reason', ARGV[4], 'outcome', ARGV[5], 'ticket', ARGV[6], 'ticket_dies', now + ARGV[7], 'claim', claim, 'round_codes', 0, 'scope', ARGV[9])
if good then redis.call('HSET', key, 'person', ARGV[15], 'known_at', ARGV[16], 'ends_at', now + ARGV[17]) end
if ARGV[10] == '1' then redis.call('HINCRBY', key, 'rounds', 1) end
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
redis.call('PEXPIRE', key, ARGV[8])
-- Whose login it is now: a poll that was held while it changed hands must not be told.
local told = { id = ARGV[13], status = status, browser = f[7] }
if ARGV[4] ~= '' then told.reason = ARGV[4] end
if ARGV[5] ~= '' then told.outcome = ARGV[5] end
announce(ARGV[12], cjson.encode(told))
return { 'settled', now - f[5], now }
