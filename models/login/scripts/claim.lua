-- Puts the intent to call WeChat on record before the call is made: the exchange ledger.
-- KEYS[1] login
-- Answers with a verb: gone, done            nothing to do
--                      joined                another job of this login is at work and alive
--                      wait                  an earlier run of this very job may still be alive: ask again in `waitMs`
--                      exchange              call WeChat with this code; the call is counted
--                      resume                the token is already here
--                      expired, spent        this code must not be sent (again): drop it
-- Replies: verb, waitMs, sealed, n, calls, timeLeftMs, now, recordedAt, entId, appid, scope, lang, browser, enterprise,
--   begunAt, rounds
local offset, jobId, claimId, windowMs, leastUsefulMs, mostCalls = unpack(ARGV)
local now, key = clock(offset), KEYS[1]
local stage, current, claim, claimJob, claimedAt, token, entId, appid, scope, lang, recordedAt, browser, enterprise, begunAt, rounds = unpack(redis.call('HMGET', key,
  'stage', 'current', 'claim', 'claim_job', 'claimed_at', 'token', 'ent_id', 'appid', 'scope', 'lang', 'recorded_at', 'browser', 'enterprise',
  'begun_at', 'rounds'))
if not stage then return { 'gone' } end
if stage == 'open' or stage == 'settled' then return { 'done' } end

local code, dies, calls = unpack(redis.call('HMGET', key, 'code:' .. current, 'dies:' .. current, 'calls:' .. current))
calls = tonumber(calls)
local timeLeft = dies - now
local function answer(verb, wait, sealed)
  return { verb, wait or 0, sealed or '', tonumber(current), calls, timeLeft, now, tonumber(recordedAt), entId, appid, scope, lang, browser, enterprise or '', tonumber(begunAt or 0), tonumber(rounds or 0) }
end

-- The same claim again: the reply to the first was lost on its way, and the client sent the command again.
local isAgain = claim == claimId
-- A replica that took over may have a clock that is minutes behind: what was claimed so far in its future is no news.
local since = claimedAt and now - claimedAt
local window = tonumber(windowMs)
local atWork = since and since < window and since > -window and not isAgain
if atWork and (stage == 'exchanging' or stage == 'exchanged') then
  if claimJob ~= jobId then return answer('joined') end
  if stage == 'exchanging' then return answer('wait', math.min(window - since, window)) end
end
if stage == 'exchanging' and isAgain then return answer('exchange', 0, code) end

local function take(...) redis.call('HSET', key, 'claim', claimId, 'claim_job', jobId, 'claimed_at', whole(now), ...) end
if stage == 'exchanged' then
  take()
  return answer('resume', 0, token)
end
local refusal = calls >= tonumber(mostCalls) and 'spent' or timeLeft < tonumber(leastUsefulMs) and 'expired'
if refusal then
  -- No longer 'exchanging' as the run before left it: this very claim, sent again, must not be told to exchange.
  take('stage', 'recorded')
  return answer(refusal)
end
calls = calls + 1
take('stage', 'exchanging', 'calls:' .. current, whole(calls))
return answer('exchange', 0, code)
