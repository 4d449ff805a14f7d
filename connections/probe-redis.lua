-- Tries each command that our scripts and BullMQ's run, once, on throw-away keys of our prefix.
-- KEYS: string, hash, list, other list, set, sorted set, stream   ARGV: a channel of ours
local text, hash, list, other, set, sorted, stream = unpack(KEYS)
local tries = {
  { 'DEL', text, hash, list, other, set, sorted, stream },
  { 'TIME' }, { 'EXISTS', text }, { 'TYPE', text },
  { 'SET', text, '1', 'PX', '10000' }, { 'GET', text }, { 'INCR', text }, { 'INCRBY', text, '2' },
  { 'PTTL', text }, { 'PERSIST', text }, { 'PEXPIRE', text, '10000' }, { 'PEXPIREAT', text, '9999999999999' },
  { 'HSET', hash, 'a', '1' }, { 'HSETNX', hash, 'a', '1' }, { 'HMSET', hash, 'b', '2' }, { 'HGET', hash, 'a' }, { 'HMGET', hash, 'a', 'b' },
  { 'HGETALL', hash }, { 'HEXISTS', hash, 'a' }, { 'HLEN', hash }, { 'HINCRBY', hash, 'a', '1' }, { 'HDEL', hash, 'a', 'b' },
  { 'LPUSH', list, 'a', 'b', 'c', 'd', 'e' }, { 'RPUSH', list, 'f' }, { 'LLEN', list }, { 'LRANGE', list, '0', '-1' },
  { 'LINDEX', list, '0' }, { 'LPOS', list, 'a' }, { 'LSET', list, '0', 'g' }, { 'LREM', list, '1', 'f' },
  { 'RPOPLPUSH', list, other }, { 'LPOP', list }, { 'RPOP', list }, { 'LTRIM', list, '1', '0' },
  { 'SADD', set, 'a', 'b' }, { 'SCARD', set }, { 'SISMEMBER', set, 'a' }, { 'SMEMBERS', set }, { 'SREM', set, 'a' },
  { 'ZADD', sorted, '1', 'a', '2', 'b' }, { 'ZCARD', sorted }, { 'ZSCORE', sorted, 'a' }, { 'ZRANK', sorted, 'a' }, { 'ZCOUNT', sorted, '0', '1' },
  { 'ZLEXCOUNT', sorted, '-', '+' }, { 'ZRANGE', sorted, '0', '-1' }, { 'ZREVRANGE', sorted, '0', '-1' },
  { 'ZRANGEBYLEX', sorted, '-', '+' }, { 'ZRANGEBYSCORE', sorted, '0', '1' }, { 'ZREVRANGEBYSCORE', sorted, '1', '0' },
  { 'ZREMRANGEBYRANK', sorted, '5', '6' }, { 'ZREMRANGEBYSCORE', sorted, '5', '6' }, { 'ZPOPMIN', sorted },
  { 'ZREM', sorted, 'b' },
  { 'XADD', stream, '*', 'a', '1' }, { 'XLEN', stream }, { 'XRANGE', stream, '-', '+' }, { 'XTRIM', stream, 'MAXLEN', '0' },
  { 'XDEL', stream, '1-1' },
  { 'RENAME', text, other }, { 'UNLINK', text, hash, list, other, set, sorted, stream },
  { 'PUBLISH', ARGV[1], '' },
}
for _, try in ipairs(tries) do
  local reply = redis.pcall(unpack(try))
  if type(reply) == 'table' and reply.err then
    local command = " '" .. string.lower(try[1]) .. "'"
    if string.find(reply.err, 'user executing the script') then return { err = 'NOPERM for the command' .. command } end
    if string.find(reply.err, 'nknown') then return { err = 'ERR unknown command' .. command } end
    -- Redis 6.2 puts the place before it.
    return { err = string.match(reply.err, '^@user_script: %d+: %-?(.*)') or reply.err }
  end
end
redis.call('ZADD', sorted, 0, 'a')
redis.call('PEXPIRE', sorted, 10000)
return 'OK'
