// What a person who wants durability would build in Go: a ledger and asynq's queue in Redis, a waiting page, the exchange
// in workers. The same promises as this service: a code goes to WeChat at most twice, and never without a claim on record.
package main

import (
	"context"
	"log"
	"net/http"
	"os"
	"strconv"
	"time"

	"bench/peer/exchange"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

func number(name string) int {
	value, err := strconv.Atoi(os.Getenv(name))
	if err != nil {
		log.Fatalf("%s: %v", name, err)
	}
	return value
}

func main() {
	ctx := context.Background()
	opened, err := exchange.Open(ctx)
	if err != nil {
		log.Fatal(err)
	}
	address, err := redis.ParseURL(os.Getenv("REDIS_URL"))
	if err != nil {
		log.Fatal(err)
	}
	client := redis.NewClient(address)
	ledger := newLedger(client)
	waiters := listen(ctx, client)

	// asynq takes one task at a time for each server: more of them take more at once.
	for range number("SERVERS") {
		server := asynq.NewServerFromRedisClient(client, asynq.Config{
			Concurrency:       number("CONCURRENCY"),
			TaskCheckInterval: time.Duration(number("POLL_MS")) * time.Millisecond,
			RetryDelayFunc:    func(int, error, *asynq.Task) time.Duration { return time.Second },
			LogLevel:          asynq.ErrorLevel,
		})
		if err := server.Start(&worker{exchange: opened, ledger: ledger}); err != nil {
			log.Fatal(err)
		}
	}

	web := &web{
		exchange: opened,
		ledger:   ledger,
		waiters:  waiters,
		enqueue:  newEnqueuer(asynq.NewClientFromRedisClient(client), number("BATCH")),
		hold:     time.Duration(number("HOLD_MS")) * time.Millisecond,
		hostURL:  os.Getenv("HOST_URL"),
	}
	http.HandleFunc("GET /login", web.login)
	http.HandleFunc("GET /callback", web.callback)
	http.HandleFunc("GET /logins/{id}", web.page)
	http.HandleFunc("GET /logins/{id}/status", web.status)
	log.Fatal(http.ListenAndServe(os.Getenv("LISTEN"), nil))
}
