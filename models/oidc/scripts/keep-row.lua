-- Reads a row. Whoever it is for has come for it: from now on it lives as long as it may.
-- KEYS[1] row
-- Replies: sealed, consumed
local row = unpack(KEYS)
local sealed, consumed, ends = unpack(redis.call('HMGET', row, 'sealed', 'consumed', 'ends'))
if ends then
  redis.call('HDEL', row, 'ends')
  redis.call('PEXPIREAT', row, ends)
end
return { sealed, consumed }
