package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"

	"bench/peer/exchange"

	"github.com/hibiken/asynq"
)

type worker struct {
	exchange *exchange.Exchange
	ledger   *ledger
}

// ProcessTask works the logins of a task off side by side. One that fails brings all of them back: those that are over are
// told so by their claim.
func (w *worker) ProcessTask(ctx context.Context, task *asynq.Task) error {
	var names []string
	if err := json.Unmarshal(task.Payload(), &names); err != nil {
		return err
	}
	if len(names) == 1 {
		return w.one(ctx, names[0])
	}
	faults := make([]error, len(names))
	var all sync.WaitGroup
	for i, name := range names {
		all.Go(func() { faults[i] = w.one(ctx, name) })
	}
	all.Wait()
	return errors.Join(faults...)
}

func (w *worker) one(ctx context.Context, name string) error {
	id, _, _ := strings.Cut(name, "-")
	verb, sealed, err := w.ledger.claim(ctx, id)
	if err != nil {
		return err
	}
	switch verb {
	case "done":
		return nil
	case "wait":
		return errNotNow
	case "spent":
		return w.ledger.settle(ctx, id, "reauthorize", exchange.RandomHex(16), "")
	}
	text, err := w.ledger.seal.open(sealed)
	if err != nil {
		return err
	}
	if verb == "go" {
		token, openid, err := w.exchange.Token(ctx, text)
		if err != nil {
			return err
		}
		// The code is spent now: who dies here would take the only proof along.
		text = token + " " + openid
		if err := w.ledger.saveToken(ctx, id, text); err != nil {
			return err
		}
	}
	token, openid, _ := strings.Cut(text, " ")
	user, err := w.exchange.Bind(ctx, token, openid)
	if err != nil {
		return err
	}
	return w.ledger.settle(ctx, id, "ready", exchange.RandomHex(16), user)
}
