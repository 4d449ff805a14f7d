-- Notes that a login's time, or that of its code, is told to be over though no worker ended it. Answers 1 the first time.
-- KEYS[1] login   codes: how many it has had
local offset, codes = unpack(ARGV)
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
return redis.call('HSETNX', KEYS[1], 'expired:' .. codes, 1)
