-- Puts the intent to call WeChat on record before the call is made: the exchange ledger.
-- KEYS[1] login   ARGV: clock offset ms, job id, claim id, claim window ms, least useful time ms, calls allowed per code
-- Answers: gone, done            nothing to do
--          joined                another job of this login is at work and alive
--          wait                  an earlier run of this very job may still be alive: ask again in `wait` ms
--          exchange              call WeChat with this code; the call is counted
--          resume                the token is already here
--          expired, spent        this code must not be sent (again): drop it
local now = clock(ARGV[1])
local key, job, claim, window = KEYS[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local f = redis.call('HMGET', key, 'stage', 'current', 'claim', 'claim_job', 'claimed_at', 'token', 'ent_id', 'appid', 'scope', 'lang', 'recorded_at', 'browser', 'enterprise')
local stage, current = f[1], f[2]
if not stage then return { 'gone' } end
if stage == 'open' or stage == 'settled' then return { 'done' } end

local c = redis.call('HMGET', key, 'code:' .. current, 'dies:' .. current, 'calls:' .. current)
local calls, timeLeft = tonumber(c[3]), c[2] - now
local function answer(verb, wait, sealed)
  return { verb, wait or 0, sealed or '', tonumber(current), calls, timeLeft, now, tonumber(f[11]), f[7], f[8], f[9], f[10], f[12], f[13] or '' }
end

-- The same claim again: the reply to the first was lost on its way, and the client sent the command again.
local again = f[3] == claim
local atWork = f[5] and now < f[5] + window and not again
if atWork and (stage == 'exchanging' or stage == 'exchanged') then
  if f[4] ~= job then return answer('joined') end
  if stage == 'exchanging' then return answer('wait', f[5] + window - now) end
end
if stage == 'exchanging' and again then return answer('exchange', 0, c[1]) end

local function take(...) redis.call('HSET', key, 'claim', claim, 'claim_job', job, 'claimed_at', now, ...) end
if stage == 'exchanged' then
  take()
  return answer('resume', 0, f[6])
end
local refusal = calls >= tonumber(ARGV[6]) and 'spent' or timeLeft < tonumber(ARGV[5]) and 'expired'
if refusal then
  -- No longer 'exchanging' as the run before left it: this very claim, sent again, must not be told to exchange.
  take('stage', 'recorded')
  return answer(refusal)
end
calls = calls + 1
take('stage', 'exchanging', 'calls:' .. current, calls)
return answer('exchange', 0, c[1])
