-- The person's word on the phone: `digits` are shown there after a yes, to be typed on the desktop; '' where that one is known to
-- be the person's, and is let in at once. `decision`: allow | deny. The same again changes nothing; a yes may be taken back while
-- the digits are awaited.
-- Answers with a verb: the scan's state after it; unknown, gone, unbound.
-- Replies: verb, digits, isNew
local scan, login, ended = unpack(KEYS)
local offset, id, loginId, phone, decision, digits, who, endedId, outcome, ticket, ticketMs, channel = unpack(ARGV)
local f = load(scan)
if not f then return { 'gone', '', 0 } end
if f.login ~= loginId or f.phone ~= phone then return { 'unknown', '', 0 } end
local isTakenBack = f.state == 'match' and decision == 'deny'
if f.state ~= 'asking' and not isTakenBack then return { f.state, f.digits or '', 0 } end
local person = redis.call('HGET', login, 'person')
if person then redis.call('ZREM', askedOf(person), id) end
if decision == 'deny' then
  redis.call('HSET', scan, 'state', 'denied')
  announce(channel, id, f)
  return { 'denied', '', 1 }
end
redis.call('HSET', scan, 'who', who)
if digits == '' then
  local given = { id = id, endedId = endedId, outcome = outcome, ticket = ticket, ticketMs = ticketMs, channel = channel }
  return { letIn(scan, f, login, ended, given), '', 1 }
end
redis.call('HSET', scan, 'state', 'match', 'digits', digits, 'match_at', whole(now), 'tries', '0')
announce(channel, id, f)
return { 'match', digits, 1 }
