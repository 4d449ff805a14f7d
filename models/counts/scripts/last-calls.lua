-- How the calls of some accounts ended: for each the fields and values of its hash (see add.lua), in turn; none where none failed.
-- KEYS[1] place: what the keys begin with   appids: JSON [ appid ]
local place = unpack(KEYS)
local appids = unpack(ARGV)
local found = {}
for n, appid in ipairs(cjson.decode(appids)) do found[n] = redis.call('HGETALL', place .. 'calls:' .. appid) end
return found
