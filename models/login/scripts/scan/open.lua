-- A desktop wants to be logged in. `known`: the bindings it has typed digits for before; `code` is sealed, `qr` its digest.
local scan, key = unpack(KEYS)
local offset, id, browser, entId, appid, enterprise, target, lang, hostState, challenge, goal, device, network, known, code, qr = unpack(ARGV)
redis.call('HSET', scan, 'state', 'waiting', 'begun_at', whole(now), 'browser', browser, 'ent_id', entId, 'appid', appid, 'enterprise', enterprise,
  'target', target, 'lang', lang, 'host_state', hostState, 'challenge', challenge, 'goal', goal, 'device', device, 'network', network,
  'known', known, 'qr', qr, 'qr_at', whole(now), 'qr_code', code, 'renewals', '0')
redis.call('PEXPIRE', scan, lifeMs)
redis.call('SET', key, id, 'PX', qrGoodMs)
return now
