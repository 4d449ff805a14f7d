-- Gives a settled login a new outcome and ticket: a fresh ticket for a page that came late, or 'ready' after a bind.
-- It never lives on beyond the end that was set when it was settled.
-- KEYS[1] login   from: the status it must have   oldTicket, newTicket: digests   longestMs: life of a settled login
--                 knownAt: when the binding was looked at   request: the host's that binds ('' when it gave it no name)
local offset, from, oldTicket, outcome, newTicket, ticketMs, longestMs, knownAt, person, request, channel, id = unpack(ARGV)
local now, key = clock(offset), KEYS[1]
local status, ticket, redeemed, ends, ticketDies, browser, goal = unpack(redis.call('HMGET', key,
  'status', 'ticket', 'redeemed', 'ends_at', 'ticket_dies', 'browser', 'goal'))
if status == 'ready' and ticket == newTicket then return 1 end
if status ~= from or ticket ~= oldTicket or (redeemed and not goal) then return 0 end
local endsAt = tonumber(ends) or now + longestMs
if now >= endsAt or unboundSince(key, person, knownAt) then return 0 end
redis.call('HSET', key, 'status', 'ready', 'outcome', outcome, 'ticket', newTicket, 'ticket_dies', math.min(now + ticketMs, endsAt), 'ends_at', endsAt, 'person', person, 'known_at', knownAt)
redis.call('PEXPIRE', key, endsAt - now)
if from == 'bind' then
  redis.call('HSET', key, 'bind_ticket', oldTicket, 'bind_dies', ticketDies, 'bind_request', request)
  announce(channel, cjson.encode({ id = id, status = 'ready', outcome = outcome, browser = browser }))
end
return 1
