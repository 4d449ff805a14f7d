-- A worker's sign of life and what it saw since the last one; answers, to every process that asks, how things stand.
-- noted: entries worth a look   place: what the keys of entries begin with   worker: '' only asks   ended: logins
-- accounts: the worker's, JSON { name: { answered, down (1 | 0) } }   left: jobs that have left their lines, JSON { name: [job] }
-- mark: in the names of workers that know jobs of several logins
-- Answers { now, live workers, ms since the last sign of one (-1: none), logins ended in all, live workers with the mark },
-- then for each entry
--       { name, state, cause, ms until it is tried again, logins a second, jobs in line }
local workers, fleet, noted = unpack(KEYS)
local offset, place, worker, ended, fullRate, accounts, left, mark = unpack(ARGV)
local entryKey = function(name) return place .. 'of:' .. name end
local lineKey = function(name) return place .. 'line:' .. name end

if worker ~= '' then
  redis.call('ZADD', workers, now, worker)
  redis.call('ZREMRANGEBYSCORE', workers, '-inf', now - minute)
  redis.call('PEXPIRE', workers, kept)
  redis.call('HINCRBY', fleet, 'ended', ended)
  redis.call('PEXPIRE', fleet, kept)
  for name, seen in pairs(cjson.decode(accounts)) do
    local key = entryKey(name)
    local f = entryOf(key)
    redis.call('HSET', key, 'full', fullRate, 'rate', rateOf(f) + seen[1] * 1000 / minute, 'rate_at', now)
    redis.call('PEXPIRE', key, kept)
    if seen[2] == 0 and seen[1] > 0 then
      redis.call('HSET', key, 'answered_at', now)
      if f.state == 'unreachable' then redis.call('HDEL', key, 'state', 'cause', 'tries', 'until', 'probe_until', 'minute_at') end
    elseif seen[2] == 1 and now - (f.answered_at or 0) > 3000 and not isClosed(f) then
      -- Told each second while it lasts; one worker that is answered outweighs one whose way out is closed.
      redis.call('HSET', key, 'state', 'unreachable', 'until', now + 3000, 'tries', (f.tries or 0) + 1)
      note(noted, name)
    end
  end
  for name, jobs in pairs(cjson.decode(left)) do
    for _, job in ipairs(jobs) do redis.call('ZREM', lineKey(name), job) end
  end
end

-- The clock has gone back, as when a replica on another machine took over: who told of itself after this moment did so just now.
-- Who lives goes on telling; who does not would count until the clock is where it was.
for _, name in ipairs(redis.call('ZRANGEBYSCORE', workers, now + 1000, '+inf')) do redis.call('ZADD', workers, now, name) end
local last = redis.call('ZRANGE', workers, -1, -1, 'WITHSCORES')
local live, sharing = redis.call('ZRANGEBYSCORE', workers, now - 3000, '+inf'), 0
for _, name in ipairs(live) do
  if string.find(name, mark, 1, true) then sharing = sharing + 1 end
end
local answer = { { now, #live, last[2] and now - last[2] or -1, tonumber(redis.call('HGET', fleet, 'ended') or 0), sharing } }
for _, name in ipairs(redis.call('ZREVRANGE', noted, 0, 999)) do
  local f, waiting = entryOf(entryKey(name)), redis.call('ZCARD', lineKey(name))
  if f.state == 'unreachable' and now > f['until'] then f.state = nil end
  if f.full and (f.state or waiting > 0 or paceOf(f) < f.full) then
    answer[#answer + 1] = {
      name, f.state or 'open', tostring(f.cause or ''), math.max((f['until'] or 0) - now, 0), tostring(perSecond(f, waiting)), waiting,
    }
  else
    redis.call('ZREM', noted, name)
  end
end
return answer
