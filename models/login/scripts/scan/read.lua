-- How a scan stands by now.
-- Answers false for one that is not there.
-- Replies: state, browser, entId, appid, enterprise, target, lang, hostState, challenge, goal, device, network, known, begunAt,
--          qr, code, phone, login, who, digits, triesLeft, endedLogin, dueInMs, now
local scan = unpack(KEYS)
local offset = unpack(ARGV)
local f = load(scan)
if not f then return false end
local isDue = f.due and f.state ~= 'expired'
return { f.state, f.browser, f.ent_id, f.appid, f.enterprise, f.target, f.lang, f.host_state, f.challenge, f.goal, f.device, f.network, f.known,
  tonumber(f.begun_at), f.qr, f.qr_code, f.phone or '', f.login or '', f.who or '', f.digits or '', mostTries - (f.tries or 0),
  f.ended_login or '', isDue and math.max(f.due - now, 0) or -1, now }
