-- WeChat answers for an account again, or its operator has changed it. Answers 1 when it was closed.
-- state: the one that ends here ('': any)
local entry = unpack(KEYS)
local offset, state = unpack(ARGV)
local f = entryOf(entry)
if not f.state or (state ~= '' and f.state ~= state) then return 0 end
redis.call('HDEL', entry, 'state', 'cause', 'tries', 'until', 'probe_until', 'minute_at')
return 1
