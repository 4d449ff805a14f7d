-- WeChat takes no calls of an account for now, or (state '') fewer: the rate is halved, once for a spell of refusals.
-- noted: entries worth a look   fullRate, slowestRate: calls a second
-- Replies: isNews, closedForMs
local entry, noted = unpack(KEYS)
local offset, name, fullRate, state, cause, slowestRate = unpack(ARGV)
local f = entryOf(entry)
f.full = tonumber(fullRate)
local isSame = f.state == state
local tries = isSame and f.tries + 1 or 1
-- Of a call that was under way before, or made before its time: it says nothing new.
if isSame and now < f['until'] then
  redis.call('HSET', entry, 'probe_until', now + 1000)
  return { 0, f['until'] - now }
end

local isQuota = state == '' or ((state == 'paused' or state == 'exhausted') and not isSame)
if isQuota and not (f.cut_at and now - f.cut_at < 5000) then
  local pace = paceOf(f)
  -- Cut again so soon after the last time, it is no accident: down towards what WeChat has answered of late, and slower back.
  local isAgain = f.cut_at and now - f.cut_at < 5 * minute
  local cutTo = isAgain and math.max(math.min(pace / 2, rateOf(f) * 2), pace / 8) or pace / 2
  redis.call('HSET', entry, 'cut_to', math.max(cutTo, math.min(slowestRate, f.full)), 'cut_at', now, 'heals_in', isAgain and 2 * minute or minute)
end

local closedFor = 0
local nextMinute = minute - now % minute
if state == 'paused' then closedFor = math.min(3000 * 2 ^ (tries - 1), 15000, nextMinute)
elseif state == 'exhausted' then closedFor = nextMinute
elseif state == 'misconfigured' then closedFor = 4000 end
redis.call('HSET', entry, 'full', fullRate)
if state ~= '' then
  redis.call('HSET', entry, 'state', state, 'cause', cause, 'tries', tries, 'until', now + closedFor, 'probe_until', 0)
  if not isSame or now >= (f.minute_at or 0) then redis.call('HSET', entry, 'minute_at', now + nextMinute) end
end
redis.call('PEXPIRE', entry, lifeOf(entry))
note(noted, name)
redis.call('PEXPIRE', noted, kept)
return { state ~= '' and not isSame and 1 or 0, closedFor }
