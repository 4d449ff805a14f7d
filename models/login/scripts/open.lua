-- Begins a login.
-- KEYS[1] login
-- Answers when, ms of Redis's clock.
local offset, lifetimeMs, entId, appid, target, lang, scope, browser, restarts, hostState, challenge, enterprise, goal = unpack(ARGV)
local now = clock(offset)
redis.call('HSET', KEYS[1], 'stage', 'open', 'status', 'pending', 'begun_at', whole(now), 'codes', '0', 'round_codes', '0', 'rounds', '0', 'seen', '',
  'ent_id', entId, 'appid', appid, 'target', target, 'lang', lang, 'scope', scope, 'browser', browser, 'restarts', restarts)
-- Most hosts give neither: absent, they cost the record nothing.
if hostState ~= '' then redis.call('HSET', KEYS[1], 'host_state', hostState) end
if challenge ~= '' then redis.call('HSET', KEYS[1], 'challenge', challenge) end
if enterprise ~= '' then redis.call('HSET', KEYS[1], 'enterprise', enterprise) end
-- It leads to its goal, never to the host with a ticket: so its ticket is used up from the beginning, which a process of a release
-- that knows no goals heeds, too.
if goal ~= '' then redis.call('HSET', KEYS[1], 'goal', goal, 'redeemed', 'goal') end
redis.call('PEXPIRE', KEYS[1], lifetimeMs)
return now
