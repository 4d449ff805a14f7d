-- WeChat takes no calls of an account for now, or (state '') fewer: the rate is halved, once for a spell of refusals.
-- KEYS[1] entry   KEYS[2] entries worth a look   ARGV: clock offset ms, name, full rate, state, cause, slowest rate
-- Answers: '1' when the state is news, ms until it is tried again
local f = entryOf(KEYS[1])
f.full = tonumber(ARGV[3])
local state, isSame = ARGV[4], f.state == ARGV[4]
local tries = isSame and f.tries + 1 or 1
-- Of a call that was under way before, or made before its time: it says nothing new.
if isSame and now < f['until'] then
  redis.call('HSET', KEYS[1], 'probe_until', now + 1000)
  return { 0, f['until'] - now }
end

local isQuota = state == '' or ((state == 'paused' or state == 'exhausted') and not isSame)
if isQuota and not (f.cut_at and now - f.cut_at < 5000) then
  local pace = paceOf(f)
  -- Cut again so soon after the last time, it is no accident: down towards what WeChat has answered of late, and slower back.
  local isAgain = f.cut_at and now - f.cut_at < 5 * minute
  local cutTo = isAgain and math.max(math.min(pace / 2, rateOf(f) * 2), pace / 8) or pace / 2
  redis.call('HSET', KEYS[1], 'cut_to', math.max(cutTo, math.min(ARGV[6], f.full)), 'cut_at', now, 'heals_in', isAgain and 2 * minute or minute)
end

local closedFor = 0
local nextMinute = minute - now % minute
if state == 'paused' then closedFor = math.min(3000 * 2 ^ (tries - 1), 15000, nextMinute)
elseif state == 'exhausted' then closedFor = nextMinute
elseif state == 'misconfigured' then closedFor = 4000 end
redis.call('HSET', KEYS[1], 'full', ARGV[3])
if state ~= '' then
  redis.call('HSET', KEYS[1], 'state', state, 'cause', ARGV[5], 'tries', tries, 'until', now + closedFor, 'probe_until', 0)
  if not isSame or now >= (f.minute_at or 0) then redis.call('HSET', KEYS[1], 'minute_at', now + nextMinute) end
end
redis.call('PEXPIRE', KEYS[1], kept)
redis.call('ZADD', KEYS[2], now, ARGV[2])
redis.call('PEXPIRE', KEYS[2], kept)
return { state ~= '' and not isSame and 1 or 0, closedFor }
