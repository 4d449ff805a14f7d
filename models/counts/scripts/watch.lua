-- Takes the lock, or keeps it for longer. Answers 1 to whoever has it.
-- KEYS[1] lock   name: who asks
local lock = unpack(KEYS)
local name, heldMs = unpack(ARGV)
local holder = redis.call('GET', lock)
if holder and holder ~= name then return 0 end
redis.call('SET', lock, name, 'PX', heldMs)
return 1
