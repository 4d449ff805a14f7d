-- Adds what a process counted to the minute that Redis's clock is in: once, however often it is sent. Notes when a trouble was
-- first met in that minute; and for each account whose calls fail when one failed last and the first that came right after it.
-- KEYS[1] place: what the keys of minutes begin with   flush: a name of this sending   minuteMs, keptMs
-- counts: JSON { field: n }   firsts: JSON { field: ms ago }
-- calls: JSON [ { appid, endpoint, failed: { said: ms ago }, good: [ ms ago of the first, of the last ] or none,
--   addresses: [ ours that WeChat refused ] or none } ]   mostAddresses: so many of them are kept of an account
-- people: JSON [ { whose: `ent_id|appid`, digests: [ of who got in, one for each login, some 2,000 at most ] } ]
local place = unpack(KEYS)
local flush, minuteMs, keptMs, counts, firsts, calls, mostAddresses, people = unpack(ARGV)
if not redis.call('SET', place .. 'flush:' .. flush, 1, 'NX', 'EX', 60) then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local minute = place .. string.format('%d', math.floor(now / minuteMs))
local added = cjson.decode(counts)
for field, n in pairs(added) do redis.call('HINCRBY', minute, field, n) end
for field, ago in pairs(cjson.decode(firsts)) do
  redis.call('HSETNX', minute, 'first|' .. field, string.format('%d', now - ago))
end
if next(added) then redis.call('PEXPIRE', minute, keptMs) end

local function noteFailed(key, name, at)
  if at <= tonumber(redis.call('HGET', key, 'failed|' .. name) or 0) then return end
  redis.call('HSET', key, 'failed|' .. name, string.format('%d', at))
  redis.call('PEXPIRE', key, keptMs)
  local good = redis.call('HGET', key, 'good|' .. name)
  if good and tonumber(good) <= at then redis.call('HDEL', key, 'good|' .. name) end
end

-- Of all processes the first one that came right counts. Where no call failed, this costs one look.
local function noteGood(key, endpoint, first, last)
  local fields = redis.call('HGETALL', key)
  for n = 1, #fields, 2 do
    local name = string.match(fields[n], '^failed|(.*)$')
    if name and string.sub(name, 1, #endpoint + 1) == endpoint .. '|' then
      local failed = tonumber(fields[n + 1])
      local at = first > failed and first or last
      local known = redis.call('HGET', key, 'good|' .. name)
      if at > failed and not (known and tonumber(known) <= at) then
        redis.call('HSET', key, 'good|' .. name, string.format('%d', at))
      end
    end
  end
end

-- The latest of them.
local function noteAddress(key, address)
  redis.call('HSET', key, 'address|' .. address, string.format('%d', now))
  local oldest, count = nil, 0
  local fields = redis.call('HGETALL', key)
  for n = 1, #fields, 2 do
    if string.sub(fields[n], 1, 8) == 'address|' then
      count = count + 1
      if not oldest or tonumber(fields[n + 1]) < tonumber(fields[oldest + 1]) then oldest = n end
    end
  end
  if count > tonumber(mostAddresses) then redis.call('HDEL', key, fields[oldest]) end
end

for _, call in ipairs(cjson.decode(calls)) do
  local key = place .. 'calls:' .. call.appid
  for said, ago in pairs(call.failed) do noteFailed(key, call.endpoint .. '|' .. said, now - ago) end
  for _, address in ipairs(call.addresses or {}) do noteAddress(key, address) end
  if call.good then noteGood(key, call.endpoint, now - call.good[1], now - call.good[2]) end
end

-- Into the broadcasts that their enterprise has now (broadcast-people.ts); of the others nothing is kept. Read for two days.
for _, group in ipairs(cjson.decode(people)) do
  local key = place .. 'running:' .. group.whose
  local marks = redis.call('HGETALL', key)
  for n = 1, #marks, 2 do
    local id = marks[n]
    local from, to = string.match(marks[n + 1], '^(%d+)|(%d+)$')
    if now >= tonumber(to) then
      redis.call('HDEL', key, id)
    elseif now >= tonumber(from) then
      redis.call('PFADD', place .. 'people:' .. id, unpack(group.digests))
      redis.call('INCRBY', place .. 'named:' .. id, #group.digests)
      redis.call('EXPIRE', place .. 'people:' .. id, 172800)
      redis.call('EXPIRE', place .. 'named:' .. id, 172800)
    end
  end
end
return 1
