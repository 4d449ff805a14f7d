-- Whose login it is, for whoever has something that stands for it.
-- KEYS[1] login   client: digest of whom it was granted to ('': not asked for)
-- Answers false when it stands for nobody any more.
-- Replies: sealed, browser, entId, enterprise
local offset, client = unpack(ARGV)
local key = KEYS[1]
local status, outcome, browser, entId, enterprise, person, knownAt, reachedAt, revoked = unpack(redis.call('HMGET', key,
  'status', 'outcome', 'browser', 'ent_id', 'enterprise', 'person', 'known_at', 'reached_at', 'revoked:' .. client))
if status ~= 'ready' or not reachedAt or unboundSince(key, person, knownAt) then return false end
if client ~= '' and revoked then return false end
return { outcome, browser, entId, enterprise or '' }
