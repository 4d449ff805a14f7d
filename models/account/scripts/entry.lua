-- What all scripts of the account capacity begin with. An entry is one hash for each account, or for one enterprise's slice
-- of it, changed only by these scripts; all times are ms of Redis's clock, so that processes whose clocks differ agree.
--   state, cause, tries            open unless told; `tries`: refusals in a row in this spell
--   until, probe_until, minute_at  closed until then; one login tries it after that, and the others wait for its end; next minute
--   full, cut_to, cut_at, heals_in calls a second: the configured rate, or less after WeChat said "too often"
--   tokens, tokens_at              calls that may be made now
--   rate, rate_at, answered_at     answers of WeChat a second, over the last minute or so
-- The first argument of each is its clock's offset in ms, for tests.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
local minute = 60000
local kept = 24 * 60 * minute
-- A slice's name may hold a person's, and is worth nothing when its flood is over.
local function lifeOf(key) return string.find(key, '/', 1, true) and 15 * minute or kept end

local function entryOf(key)
  local list, f = redis.call('HGETALL', key), {}
  for n = 1, #list, 2 do f[list[n]] = tonumber(list[n + 1]) or list[n + 1] end
  -- The clock has gone back, as when a replica on another machine took over: all times of the entry go back with it.
  local latest = math.max(f.tokens_at or 0, f.cut_at or 0, f.rate_at or 0, f.answered_at or 0, (f['until'] or 0) - minute)
  if latest > now then
    for _, name in ipairs({ 'tokens_at', 'cut_at', 'rate_at', 'answered_at', 'until', 'probe_until', 'minute_at' }) do
      if f[name] then
        f[name] = f[name] - (latest - now)
        redis.call('HSET', key, name, f[name])
      end
    end
  end
  return f
end

-- Puts a name among those worth a look, which are read from the end: the last that were noted, and all accounts before slices. A
-- flood has thousands of slices, and none of them may hide that an account is closed.
local function note(noted, name)
  local isSlice = string.find(name, '/', 1, true)
  redis.call('ZADD', noted, isSlice and now or now + 10 * kept, name)
end

-- WeChat said so. Whether it is `unreachable` each worker finds out for itself, as its own way out may be closed.
local function isClosed(f) return f.state ~= nil and f.state ~= 'unreachable' end

-- Calls a second that the account may make. A cut heals by doubling.
local function paceOf(f)
  if not f.cut_to then return f.full end
  return math.min(f.full, f.cut_to * 2 ^ ((now - f.cut_at) / f.heals_in))
end

local function rateOf(f)
  return f.rate and f.rate * math.exp((f.rate_at - now) / minute) or 0
end

-- How fast its logins go: what it may call; or, where WeChat has set a lower limit and some wait for it, what WeChat has answered
-- of late. While nearly nobody waits that tells how few came, not what it can take: then several times as much is tried.
local function perSecond(f, waiting)
  local pace, isQuota = paceOf(f), f.state == 'paused' or f.state == 'exhausted'
  if pace >= f.full and not isQuota then return pace end
  if waiting <= 20 and not isQuota then return math.min(pace, math.max(rateOf(f) * 4, 5)) end
  return math.max(math.min(pace, rateOf(f)), 1)
end
