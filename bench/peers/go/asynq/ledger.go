package main

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	openFor  = 6 * time.Minute
	keptFor  = 15 * time.Minute
	ticketMs = 60_000
	// By then a worker that held a claim has had its answer, or is dead.
	claimMs  = 6_000
	mostCode = 3
	mostCall = 2
	channel  = "peer:settled"
)

// One hash for each login, changed only by scripts: each is one step that happens whole or not at all.
var (
	recordScript = redis.NewScript(`
local login = redis.call('HMGET', KEYS[1], 'browser', 'status', 'codes', ARGV[2])
if not login[1] then return {'unknown'} end
if login[1] ~= ARGV[1] then return {'foreign'} end
if login[2] then return {'settled', redis.call('HGET', KEYS[1], 'ticket')} end
if login[4] then return {'repeated', login[4]} end
local n = tonumber(login[3] or 0) + 1
if n > tonumber(ARGV[4]) then return {'full'} end
redis.call('HSET', KEYS[1], 'codes', n, ARGV[2], n, 'code', ARGV[3], 'calls', 0)
redis.call('HDEL', KEYS[1], 'token', 'claimed')
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return {'recorded', tostring(n)}`)

	claimScript = redis.NewScript(`
local login = redis.call('HMGET', KEYS[1], 'status', 'code', 'token', 'calls', 'claimed')
if login[1] or not login[2] then return {'done'} end
if login[3] then return {'token', login[3]} end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if login[5] and now - login[5] < tonumber(ARGV[1]) then return {'wait'} end
if tonumber(login[4]) >= tonumber(ARGV[2]) then return {'spent'} end
redis.call('HSET', KEYS[1], 'claimed', now, 'calls', login[4] + 1)
return {'go', login[2]}`)

	settleScript = redis.NewScript(`
if redis.call('HEXISTS', KEYS[1], 'status') == 1 or redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'status', ARGV[1], 'ticket', ARGV[2])
redis.call('HDEL', KEYS[1], 'code', 'token')
if ARGV[1] == 'ready' then redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4]) end
redis.call('PUBLISH', ARGV[5], ARGV[6] .. ' ' .. ARGV[1] .. ' ' .. ARGV[2])
return 1`)
)

var errNotNow = errors.New("another worker has the claim")

type ledger struct {
	redis *redis.Client
	seal  sealer
}

func newLedger(client *redis.Client) *ledger {
	return &ledger{redis: client, seal: newSealer()}
}

func key(id string) string { return "peer:login:" + id }

func (l *ledger) open(ctx context.Context, id, browser string) error {
	_, err := l.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.HSet(ctx, key(id), "browser", digest(browser))
		p.PExpire(ctx, key(id), openFor)
		return nil
	})
	return err
}

// record answers what is to be done with a code, and its number or the ticket of a login that is over.
func (l *ledger) record(ctx context.Context, id, browser, code string) (verb, more string, err error) {
	given := []any{digest(browser), "code:" + digest(code), l.seal.close(code), mostCode, keptFor.Milliseconds()}
	return pair(recordScript.Run(ctx, l.redis, []string{key(id)}, given...).StringSlice())
}

// claim answers `go` and the code, `token` and what is sealed of it, or why there is nothing to be done.
func (l *ledger) claim(ctx context.Context, id string) (verb, sealed string, err error) {
	return pair(claimScript.Run(ctx, l.redis, []string{key(id)}, claimMs, mostCall).StringSlice())
}

func (l *ledger) saveToken(ctx context.Context, id, token string) error {
	return l.redis.HSet(ctx, key(id), "token", l.seal.close(token)).Err()
}

func (l *ledger) settle(ctx context.Context, id, status, ticket, user string) error {
	keys := []string{key(id), "peer:ticket:" + digest(ticket)}
	return settleScript.Run(ctx, l.redis, keys, status, l.seal.close(ticket), l.seal.close(user), ticketMs, channel, id).Err()
}

// look answers how a login stands for this browser; false when it is none of its logins.
func (l *ledger) look(ctx context.Context, id, browser string) (status, sealedTicket string, isOurs bool, err error) {
	found, err := l.redis.HMGet(ctx, key(id), "browser", "status", "ticket").Result()
	if err != nil || found[0] != digest(browser) {
		return "", "", false, err
	}
	status, _ = found[1].(string)
	sealedTicket, _ = found[2].(string)
	return status, sealedTicket, true, nil
}

func pair(reply []string, err error) (string, string, error) {
	if err != nil || len(reply) == 0 {
		return "", "", err
	}
	if len(reply) == 1 {
		return reply[0], "", nil
	}
	return reply[0], reply[1], nil
}
