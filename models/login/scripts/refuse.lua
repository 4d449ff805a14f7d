-- The person said no: WeChat came back without a code (it seldom does).
-- KEYS[1] login   ARGV: clock offset ms, browser digest
-- Answers false for a browser that did not begin it; else whether the login is refused (1 or 0), and what it began with:
-- ent_id, target, lang, state of the host, code challenge
local f = redis.call('HMGET', KEYS[1], 'browser', 'stage', 'status', 'ent_id', 'target', 'lang', 'host_state', 'challenge')
if f[1] ~= ARGV[2] then return false end
local isRefused = 0
if f[2] == 'open' or f[3] == 'reauthorize' then
  isRefused = 1
  redis.call('HSET', KEYS[1], 'stage', 'settled', 'status', 'failed', 'reason', 'refused')
end
return { isRefused, f[4], f[5] or '', f[6] or '', f[7] or '', f[8] or '' }
