-- A new QR code in the place of one whose minute is over; the one before that is good no more. `from`: the digest of what is
-- shown, so that two tabs of one desktop make one new code.
-- Answers 1 when it was renewed.
local scan, key = unpack(KEYS)
local offset, id, from, code, qr = unpack(ARGV)
local f = load(scan)
if not f or f.state ~= 'waiting' or f.qr ~= from or now < f.due then return 0 end
if f.older then redis.call('DEL', place .. 'qr:' .. f.older) end
redis.call('HSET', scan, 'qr', qr, 'older', f.qr, 'qr_at', whole(now), 'qr_code', code, 'renewals', f.renewals + 1)
redis.call('SET', key, id, 'PX', qrGoodMs)
return 1
