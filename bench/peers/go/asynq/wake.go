package main

import (
	"context"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
)

type news struct{ status, sealedTicket string }

// waiters are the requests of this process that are held until a login ends, whichever process ends it.
type waiters struct {
	mutex sync.Mutex
	of    map[string][]chan news
}

func listen(ctx context.Context, client *redis.Client) *waiters {
	w := &waiters{of: map[string][]chan news{}}
	messages := client.Subscribe(ctx, channel).Channel(redis.WithChannelSize(10_000))
	go func() {
		for message := range messages {
			parts := strings.SplitN(message.Payload, " ", 3)
			w.wake(parts[0], news{status: parts[1], sealedTicket: parts[2]})
		}
	}()
	return w
}

// wait begins to listen; call what it answers when it is over.
func (w *waiters) wait(id string) (<-chan news, func()) {
	told := make(chan news, 1)
	w.mutex.Lock()
	w.of[id] = append(w.of[id], told)
	w.mutex.Unlock()
	return told, func() {
		w.mutex.Lock()
		defer w.mutex.Unlock()
		left := w.of[id][:0]
		for _, one := range w.of[id] {
			if one != told {
				left = append(left, one)
			}
		}
		if len(left) == 0 {
			delete(w.of, id)
		} else {
			w.of[id] = left
		}
	}
}

func (w *waiters) wake(id string, what news) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for _, told := range w.of[id] {
		select {
		case told <- what:
		default:
		}
	}
}
