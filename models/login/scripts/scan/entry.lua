-- What all scripts of a scan begin with: a desktop's wish to be logged in by a phone. Its hash, and the keys of its QR codes, have
-- the hash tag of its account's logins, so that one script moves a scan and the logins beside it. All times are ms of Redis's clock.
--   state      waiting (for a phone), asking (a phone's person), match (the digits are to be typed), ended, denied, expired
--   browser, device, network, known   of the desktop: digest of its cookie, what it is, where it is, whose it was before
--   qr, older, qr_at, qr_code, renewals   digests of the two QR codes that are good; the newest is from qr_at, sealed in qr_code
--   phone, login, asked_at   whose it is since it was taken: digest of the phone's cookie, and its login
--   who, digits, tries, match_at   after the person's yes
--   ended_login   the desktop's own login, which begins at its good end
-- The first argument of each is its clock's offset in ms, for tests.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
-- A code is shown for a minute, and good for another while its picture is on the way.
local qrShownMs, qrGoodMs, mostRenewals = 60000, 120000, 10
local askingMs, matchMs, lifeMs, mostTries, mostAsking = 180000, 60000, 900000, 2, 5

local function whole(number) return string.format('%d', number) end

--[[ unbound since ]]

-- The scan as it is by now; `due`: when time alone changes it. Nil where there is none.
local function load(key)
  local list, f = redis.call('HGETALL', key), {}
  for n = 1, #list, 2 do f[list[n]] = list[n + 1] end
  if not f.browser then return nil end
  local lasts = f.state == 'asking' and tonumber(f.asked_at) + askingMs or f.state == 'match' and tonumber(f.match_at) + matchMs
  if f.state == 'waiting' then
    f.due = tonumber(f.qr_at) + qrShownMs
    if tonumber(f.renewals) >= mostRenewals then lasts = f.due end
  end
  f.due = f.due or lasts
  if lasts and now >= lasts then f.state = 'expired' end
  return f
end

local function announce(channel, id, f)
  -- A page that is not told asks by and by.
  redis.pcall('PUBLISH', channel, cjson.encode({ { id = id, status = 'pending', browser = f.browser } }))
end

local place = string.match(KEYS[1], '^{.-}:')
local askedOf = function(person) return place .. 'scans-of:' .. person end

-- The desktop is let in: a login of its own, settled as the phone's was. 'unbound' where the host unbound the person meanwhile.
local function letIn(scan, f, login, ended, given)
  local status, person, knownAt, scope = unpack(redis.call('HMGET', login, 'status', 'person', 'known_at', 'scope'))
  if status ~= 'ready' and status ~= 'bind' then return 'gone' end
  if unboundSince(login, person, knownAt) then
    redis.call('HSET', scan, 'state', 'expired')
    announce(given.channel, given.id, f)
    return 'unbound'
  end
  redis.call('HSET', ended, 'stage', 'settled', 'status', status, 'begun_at', f.begun_at, 'codes', '0', 'round_codes', '0', 'rounds', '0', 'seen', '',
    'ent_id', f.ent_id, 'appid', f.appid, 'target', f.target, 'lang', f.lang, 'scope', scope, 'browser', f.browser, 'restarts', '0',
    'outcome', given.outcome, 'ticket', given.ticket, 'ticket_dies', whole(now + given.ticketMs), 'recorded_at', f.begun_at,
    'person', person, 'known_at', knownAt, 'ends_at', whole(now + lifeMs), 'via', 'scan')
  for name, value in pairs({ host_state = f.host_state, challenge = f.challenge, enterprise = f.enterprise }) do
    if value ~= '' then redis.call('HSET', ended, name, value) end
  end
  -- As open.lua does it.
  if f.goal ~= '' then redis.call('HSET', ended, 'goal', f.goal, 'redeemed', 'goal') end
  redis.call('PEXPIRE', ended, lifeMs)
  redis.call('HSET', scan, 'state', 'ended', 'ended_login', given.endedId)
  redis.call('PEXPIRE', scan, lifeMs)
  announce(given.channel, given.id, f)
  return 'ended'
end
