-- The desktop's digits. Two tries; then the scan is dead.
-- Answers with a verb: ended: it is let in; wrong, with the tries that are left; late: there is nothing to type now, or no more;
-- unknown: another desktop's; unbound, gone: the phone's login stands for nobody any more.
-- Replies: verb, triesLeft
local scan, login, ended = unpack(KEYS)
local offset, id, browser, digits, endedId, outcome, ticket, ticketMs, channel = unpack(ARGV)
local f = load(scan)
if not f or f.browser ~= browser then return { 'unknown', 0 } end
-- The reply to these very digits was lost on its way.
if f.state == 'ended' and f.digits == digits then return { 'ended', 0 } end
if f.state ~= 'match' then return { 'late', 0 } end
if f.digits ~= digits then
  local left = mostTries - redis.call('HINCRBY', scan, 'tries', 1)
  if left <= 0 then
    redis.call('HSET', scan, 'state', 'denied')
    announce(channel, id, f)
  end
  return { 'wrong', left }
end
return { letIn(scan, f, login, ended, { id = id, endedId = endedId, outcome = outcome, ticket = ticket, ticketMs = ticketMs, channel = channel }), 0 }
