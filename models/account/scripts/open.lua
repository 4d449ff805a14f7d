-- WeChat answers for an account again, or its operator has changed it. Answers 1 when it was closed.
-- KEYS[1] entry   ARGV: clock offset ms, the one state that ends here ('': any)
local f = entryOf(KEYS[1])
if not f.state or (ARGV[2] ~= '' and f.state ~= ARGV[2]) then return 0 end
redis.call('HDEL', KEYS[1], 'state', 'cause', 'tries', 'until', 'probe_until', 'minute_at')
return 1
