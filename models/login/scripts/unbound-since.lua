-- When the person was unbound, if at that time or later: what was known of the binding then is worth nothing any more.
-- The mark is set by models/login/unbinding.ts, in the slot of the person's logins.
local function unboundSince(key, person, knownAt)
  if not person or person == '' then return false end
  local at = redis.call('GET', string.match(key, '^{.-}:') .. 'unbound:' .. person)
  return at and tonumber(at) >= (tonumber(knownAt) or 0) and tonumber(at)
end
