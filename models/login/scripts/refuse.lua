-- The person said no: WeChat came back without a code (it seldom does).
-- KEYS[1] login
-- Answers false for a browser that did not begin it; else whether the login is refused (1 or 0), and what it began with.
-- Replies: isRefused, entId, target, lang, hostState, challenge, goal, appid, begunAt
local offset, asking = unpack(ARGV)
local browser, stage, status, entId, target, lang, hostState, challenge, goal, appid, begunAt = unpack(redis.call('HMGET', KEYS[1],
  'browser', 'stage', 'status', 'ent_id', 'target', 'lang', 'host_state', 'challenge', 'goal', 'appid', 'begun_at'))
if browser ~= asking then return false end
local isRefused = 0
if stage == 'open' or status == 'reauthorize' then
  isRefused = 1
  redis.call('HSET', KEYS[1], 'stage', 'settled', 'status', 'failed', 'reason', 'refused')
end
return { isRefused, entId, target or '', lang or '', hostState or '', challenge or '', goal or '', appid, tonumber(begunAt) }
