-- Gives a settled login a new outcome and ticket: a fresh ticket for a page that came late, or 'ready' after a bind.
-- It never lives on beyond the end that was set when it was settled.
-- KEYS[1] login   ARGV: clock offset ms, status it must have, ticket digest it must have, sealed outcome, ticket digest,
--                       ticket lifetime ms, longest life of a settled login in ms, when the binding was looked at, person,
--                       request of the host that binds ('' when it gave it no name), channel of the waiting pages, login's id
local now = clock(ARGV[1])
local key, from, ticket = KEYS[1], ARGV[2], ARGV[5]
local f = redis.call('HMGET', key, 'status', 'ticket', 'redeemed', 'ends_at', 'ticket_dies', 'browser')
if f[1] == 'ready' and f[2] == ticket then return 1 end
if f[1] ~= from or f[2] ~= ARGV[3] or f[3] then return 0 end
local endsAt = tonumber(f[4]) or now + ARGV[7]
if now >= endsAt or unboundSince(key, ARGV[9], ARGV[8]) then return 0 end
redis.call('HSET', key, 'status', 'ready', 'outcome', ARGV[4], 'ticket', ticket, 'ticket_dies', math.min(now + ARGV[6], endsAt), 'ends_at', endsAt, 'person', ARGV[9], 'known_at', ARGV[8])
redis.call('PEXPIRE', key, endsAt - now)
if from == 'bind' then
  redis.call('HSET', key, 'bind_ticket', ARGV[3], 'bind_dies', f[5], 'bind_request', ARGV[10])
  announce(ARGV[11], cjson.encode({ id = ARGV[12], status = 'ready', outcome = ARGV[4], browser = f[6] }))
end
return 1
