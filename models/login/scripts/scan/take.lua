-- A phone whose login WeChat has identified comes with a scan: the first one takes it, and may come back.
-- Answers with a verb: the scan's state; unknown: not this phone's login, or not for this scan; gone, expired; unbound; taken: by
-- another login, which `login` names where it is the same phone's; full: its person has too many scans to answer.
-- Replies: verb, login
local scan, key = unpack(KEYS)
local offset, id, loginId, phone, channel = unpack(ARGV)
local owner, goal, status, person, knownAt = unpack(redis.call('HMGET', key, 'browser', 'goal', 'status', 'person', 'known_at'))
if owner ~= phone or goal ~= 'scan:' .. id or (status ~= 'ready' and status ~= 'bind') then return { 'unknown', '' } end
local f = load(scan)
if not f then return { 'gone', '' } end
if f.login == loginId then return { f.state, loginId } end
if f.login then return { 'taken', f.phone == phone and f.login or '' } end
if f.state ~= 'waiting' then return { f.state, '' } end
if unboundSince(key, person, knownAt) then return { 'unbound', '' } end
local asked = askedOf(person)
redis.call('ZREMRANGEBYSCORE', asked, '-inf', now)
if redis.call('ZCARD', asked) >= mostAsking then return { 'full', '' } end
redis.call('ZADD', asked, now + askingMs, id)
redis.call('PEXPIRE', asked, askingMs)
redis.call('HSET', scan, 'state', 'asking', 'phone', phone, 'login', loginId, 'asked_at', whole(now))
announce(channel, id, f)
return { 'asking', loginId }
