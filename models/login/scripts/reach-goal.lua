-- The browser of a login comes to what the login was begun for. May be sent again, and by the same browser for a while.
-- KEYS[1] login   asking: digest of the browser's cookie   lifetimeMs: how long its person may be asked for from now on
-- Answers false for a login that is another browser's, or was begun for something else.
-- Replies: status, reason, sealed, entId, enterprise, isStale, now
local offset, goal, asking, lifetimeMs = unpack(ARGV)
local now, key = clock(offset), KEYS[1]
local browser, begunFor, status, reason, outcome, entId, enterprise, person, knownAt, ends, ticketDies, reachedAt = unpack(
  redis.call('HMGET', key, 'browser', 'goal', 'status', 'reason', 'outcome', 'ent_id', 'enterprise', 'person', 'known_at',
    'ends_at', 'ticket_dies', 'reached_at'))
if not browser or browser ~= asking or begunFor ~= goal then return false end
local isOver = now >= (tonumber(ends) or math.huge) and not reachedAt
if status == 'ready' and (isOver or unboundSince(key, person, knownAt)) then
  status, reason = 'failed', 'expired'
end
if status == 'ready' and not reachedAt then
  -- Once: who comes again and again does not keep it alive.
  redis.call('HSET', key, 'reached_at', whole(now))
  redis.call('PEXPIRE', key, lifetimeMs)
end
local isStale = now >= tonumber(ticketDies or 0) and 1 or 0
return { status, reason or '', status == 'ready' and outcome or '', entId, enterprise or '', isStale, now }
