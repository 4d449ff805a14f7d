-- Takes a code that WeChat's redirect brought. Safe to repeat: the same code is recorded once.
-- A code from a browser that did not begin the login is never recorded here. After one restart that browser may be asked
-- ('foreign' with n = 1); it then brings the code it was asked about again (mode 'confirm').
-- Only a login that has no code yet can change hands: whoever gets it must find nothing of another person's in it. What the
-- host bound the login's start to belongs to the browser that began: it is left behind, and no other browser is told of it.
-- KEYS[1] login   mode: 'callback' | 'confirm'   digest, sealed: the code (sealed: '' for the one that is held here)   mostOf…: codes a round and a login take, and refused
--                 codes a login and a browser may bring   confirmedDies: when the code dies (mode 'confirm')
-- Replies: verb, n, stage, diesAt, now, restarts, entId, appid, target, lang, hostState, challenge, goal
local offset, mode, asking, digest, sealed, codeMs, recordMs, mostOfRound, mostOfLogin, mostRefusedOfLogin,
  mostRefusedOfBrowser, confirmedDies, longestMs, channel, id = unpack(ARGV)
local now, key = clock(offset), KEYS[1]
local browser, status, stage, seen, roundCodes, codes, restarts, begunAt, entId, appid, target, lang, hostState, challenge, refused, goal =
  unpack(redis.call('HMGET', key, 'browser', 'status', 'stage', 'seen', 'round_codes', 'codes', 'restarts', 'begun_at', 'ent_id',
    'appid', 'target', 'lang', 'host_state', 'challenge', 'refused', 'goal'))
if not browser then return { 'unknown' } end
roundCodes, codes, hostState, challenge = tonumber(roundCodes), tonumber(codes), hostState or '', challenge or ''
local function answer(verb, n, dies)
  return { verb, n or 0, stage, dies or 0, now, tonumber(restarts), entId, appid, target or '', lang, hostState, challenge, goal or '' }
end
local dies, endsAt = now + codeMs, tonumber(begunAt) + longestMs

if browser ~= asking then hostState, challenge = '', '' end
if mode == 'confirm' and sealed == '' and not string.find(seen, digest .. ',', 1, true) then
  -- Asked by a page of release 0.1.0, which put the code here.
  local heldBrowser, heldDigest, heldCode, heldDies = unpack(redis.call('HMGET', key, 'held_browser', 'held_digest', 'held_code', 'held_dies'))
  if heldBrowser ~= asking or heldDigest ~= digest then return answer('foreign') end
  sealed, confirmedDies = heldCode, heldDies
end
if browser ~= asking then
  local mayAsk = tonumber(restarts) > 0 and codes == 0
  if mode == 'callback' or not mayAsk then return answer('foreign', mayAsk and 1 or 0, dies) end
  redis.call('HSET', key, 'browser', asking)
  redis.call('HDEL', key, 'host_state', 'challenge', 'held_browser', 'held_digest', 'held_code', 'held_dies')
  announce(channel, cjson.encode({ id = id, status = 'pending', browser = asking }))
end
-- Its five minutes began when WeChat sent it, not when the person confirmed it.
if mode == 'confirm' then dies = math.min(tonumber(confirmedDies), dies) end

local position = 0
for known in string.gmatch(seen, '[^,]+') do
  position = position + 1
  if known == digest then
    return answer('repeated', position, tonumber(redis.call('HGET', key, 'dies:' .. position)) or 0)
  end
end
if isGood[status] then return answer('finished') end
if roundCodes >= tonumber(mostOfRound) or codes >= tonumber(mostOfLogin) or now >= endsAt then return answer('full') end
-- Made-up codes cost the account's calls: who brought some that WeChat refused has brought enough (see settle.lua).
if tonumber(refused or 0) > tonumber(mostRefusedOfLogin) then return answer('full') end
local ofBrowser = redis.call('GET', refusedBy(key, asking))
if ofBrowser and tonumber(ofBrowser) >= tonumber(mostRefusedOfBrowser) then return answer('full') end

local n = whole(codes + 1)
local code = { 'codes', n, 'round_codes', whole(roundCodes + 1), 'seen', seen .. digest .. ',', 'code:' .. n, sealed, 'dies:' .. n, whole(dies), 'calls:' .. n, '0' }
if stage == 'open' or stage == 'settled' then
  -- The claim that ended the last round must not end this one.
  if stage == 'settled' then redis.call('HDEL', key, 'reason', 'claim') end
  stage = 'recorded'
  redis.call('HSET', key, 'stage', stage, 'status', 'pending', 'current', n, 'recorded_at', whole(now), unpack(code))
else
  redis.call('HSET', key, unpack(code))
end
redis.call('PEXPIRE', key, recordMs)
return answer('recorded', codes + 1, dies)
