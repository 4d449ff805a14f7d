-- Takes calls from the budget of an account, just before they are made.
-- fullRate: calls a second   leaves: part of the budget that is for others (0 to 1)   leastSize: of the budget
-- triesForMs: how long a login may try a closed account   mayTryFirst: before its time ('1' | '0')
-- isSecond: its code was sent before ('1' | '0')
-- Answers go, calls | wait, ms until there is one | probe, 1: try a closed account, alone | closed, ms, state, cause
-- Replies: verb, number, state, cause
local entry = unpack(KEYS)
local offset, fullRate, leaves, leastSize, triesForMs, mayTryFirst, isSecond = unpack(ARGV)
local f = entryOf(entry)
f.full = tonumber(fullRate)

if isClosed(f) then
  local mayTry = now >= f['until'] or (mayTryFirst == '1' and f.state == 'paused')
  local waitUntil = math.max(mayTry and 0 or f['until'], f.probe_until or 0)
  -- A code is sent twice at most: one that a quota refused already does not try the account before a new minute.
  if isSecond == '1' and now < (f.minute_at or 0) then waitUntil = math.max(waitUntil, math.min(f.minute_at, now + 3000)) end
  if now < waitUntil then return { 'closed', waitUntil - now, f.state, tostring(f.cause or '') } end
  redis.call('HSET', entry, 'probe_until', now + triesForMs)
  return { 'probe', 1 }
end

local pace = paceOf(f)
local size = math.max(pace, tonumber(leastSize))
local tokens = math.min(size, (f.tokens or size) + (now - (f.tokens_at or now)) / 1000 * pace)
local free = tokens - size * leaves
if free < 1 then
  return { 'wait', math.ceil((1 - free) / pace * 1000) }
end
-- In blocks of a fortieth of a second: fewer round trips, little overdraft.
local taken = math.min(math.floor(free), math.max(math.floor(pace / 40), 1))
redis.call('HSET', entry, 'full', fullRate, 'tokens', tokens - taken, 'tokens_at', now)
redis.call('PEXPIRE', entry, lifeOf(entry))
return { 'go', taken }
