-- Writes a row of the OpenID provider, with its lifetime. One hash, so that a cluster has it in one place.
-- KEYS[1] row   sealed: its values   lifetimeMs   firstMs: how long it lives if nobody asks for it (keep-row.lua)
local row = unpack(KEYS)
local sealed, lifetimeMs, firstMs = unpack(ARGV)
redis.call('HSET', row, 'sealed', sealed)
if tonumber(firstMs) < tonumber(lifetimeMs) then
  local time = redis.call('TIME')
  redis.call('HSET', row, 'ends', string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000) + lifetimeMs))
end
redis.call('PEXPIRE', row, firstMs)
return 1
