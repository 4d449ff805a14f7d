-- Whose login it is, for whoever has something that stands for it.
-- KEYS[1] login   client: digest of whom it was granted to ('': not asked for)   isCode: 1 for a code, which only who logs out takes
--   back: of many copies at once the first is honoured, though the others take back what it is redeemed for
-- Answers false when it stands for nobody any more.
-- Replies: sealed, browser, entId, enterprise
local offset, client, isCode = unpack(ARGV)
local key = KEYS[1]
local status, outcome, browser, entId, enterprise, person, knownAt, reachedAt, revoked, left = unpack(redis.call('HMGET',
  key, 'status', 'outcome', 'browser', 'ent_id', 'enterprise', 'person', 'known_at', 'reached_at', 'revoked:' .. client,
  'left:' .. client))
if status ~= 'ready' or not reachedAt or unboundSince(key, person, knownAt) then return false end
if client ~= '' and (left or (revoked and isCode ~= '1')) then return false end
return { outcome, browser, entId, enterprise or '' }
