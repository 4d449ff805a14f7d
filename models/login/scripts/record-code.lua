-- Takes a code that WeChat's redirect brought. Safe to repeat: the same code is recorded once.
-- A code from a browser that did not begin the login is never recorded here. After one restart that browser may be asked
-- ('foreign' with n = 1); it then brings the code it was asked about again (mode 'confirm').
-- Only a login that has no code yet can change hands: whoever gets it must find nothing of another person's in it. What the
-- host bound the login's start to belongs to the browser that began: it is left behind, and no other browser is told of it.
-- KEYS[1] login   ARGV: clock offset ms, mode ('callback' | 'confirm'), browser digest, code digest, sealed code ('' for the one that is held here),
--                       code lifetime ms, record lifetime ms, codes allowed in a round, codes allowed in the login,
--                       refused codes allowed in the login, refused codes allowed to the browser,
--                       when the code dies (mode 'confirm'), longest life of a login in ms, channel of the waiting pages, login's id
local now = clock(ARGV[1])
local key, mode, browser, digest, sealed = KEYS[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local f = redis.call('HMGET', key, 'browser', 'status', 'stage', 'seen', 'round_codes', 'codes', 'restarts', 'begun_at', 'ent_id', 'appid', 'target', 'lang', 'host_state', 'challenge', 'refused')
if not f[1] then return { 'unknown' } end
local status, stage, seen, roundCodes, codes, hostState, challenge = f[2], f[3], f[4], tonumber(f[5]), tonumber(f[6]), f[13] or '', f[14] or ''
local function answer(verb, n, dies)
  return { verb, n or 0, stage, dies or 0, now, tonumber(f[7]), f[9], f[10], f[11] or '', f[12], hostState, challenge }
end
local dies = now + ARGV[6]
local endsAt = tonumber(f[8]) + ARGV[13]

if f[1] ~= browser then hostState, challenge = '', '' end
local confirmedDies = tonumber(ARGV[12])
if mode == 'confirm' and sealed == '' and not string.find(seen, digest .. ',', 1, true) then
  -- Asked by a page of release 0.1.0, which put the code here.
  local held = redis.call('HMGET', key, 'held_browser', 'held_digest', 'held_code', 'held_dies')
  if held[1] ~= browser or held[2] ~= digest then return answer('foreign') end
  sealed, confirmedDies = held[3], tonumber(held[4])
end
if f[1] ~= browser then
  local mayAsk = tonumber(f[7]) > 0 and codes == 0
  if mode == 'callback' or not mayAsk then return answer('foreign', mayAsk and 1 or 0, dies) end
  redis.call('HSET', key, 'browser', browser)
  redis.call('HDEL', key, 'host_state', 'challenge', 'held_browser', 'held_digest', 'held_code', 'held_dies')
  announce(ARGV[14], cjson.encode({ id = ARGV[15], status = 'pending', browser = browser }))
end
-- Its five minutes began when WeChat sent it, not when the person confirmed it.
if mode == 'confirm' then dies = math.min(confirmedDies, dies) end

local position = 0
for known in string.gmatch(seen, '[^,]+') do
  position = position + 1
  if known == digest then
    return answer('repeated', position, tonumber(redis.call('HGET', key, 'dies:' .. position)) or 0)
  end
end
if status == 'ready' or status == 'bind' then return answer('finished') end
if roundCodes >= tonumber(ARGV[8]) or codes >= tonumber(ARGV[9]) or now >= endsAt then return answer('full') end
-- Made-up codes cost the account's calls: who brought some that WeChat refused has brought enough (see settle.lua).
if tonumber(f[15] or 0) > tonumber(ARGV[10]) then return answer('full') end
local ofBrowser = redis.call('GET', refusedBy(key, browser))
if ofBrowser and tonumber(ofBrowser) >= tonumber(ARGV[11]) then return answer('full') end

local n = codes + 1
local code = { 'codes', n, 'round_codes', roundCodes + 1, 'seen', seen .. digest .. ',', 'code:' .. n, sealed, 'dies:' .. n, dies, 'calls:' .. n, 0 }
if stage == 'open' or stage == 'settled' then
  -- The claim that ended the last round must not end this one.
  if stage == 'settled' then redis.call('HDEL', key, 'reason', 'claim') end
  stage = 'recorded'
  redis.call('HSET', key, 'stage', stage, 'status', 'pending', 'current', n, 'recorded_at', now, unpack(code))
else
  redis.call('HSET', key, unpack(code))
end
redis.call('PEXPIRE', key, ARGV[7])
return answer('recorded', n, dies)
