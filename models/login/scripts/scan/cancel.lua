-- The desktop's person cancels. Where the desktop was let in already, its login stands for nobody any more: no ticket of it is
-- good, wherever its page leads. The same again changes nothing.
local scan = unpack(KEYS)
local offset, id, browser, channel = unpack(ARGV)
local f = load(scan)
if not f or f.browser ~= browser or f.state == 'denied' or f.state == 'expired' then return 0 end
if f.ended_login then redis.call('DEL', place .. 'login:' .. f.ended_login) end
redis.call('HSET', scan, 'state', 'denied')
announce(channel, id, f)
return 1
