package main

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/hibiken/asynq"
)

const taskType = "exchange"

type wish struct {
	// The login and the number of its code: the same twice is one task.
	name string
	done chan error
}

// newEnqueuer answers what puts a login on the queue and returns once Redis has it. With `most` above 1 the logins that come
// while others are sent travel together, as one task.
func newEnqueuer(client *asynq.Client, most int) func(id, n string) error {
	send := func(names []string) error {
		payload, err := json.Marshal(names)
		if err != nil {
			return err
		}
		task := asynq.NewTask(taskType, payload)
		id := asynq.TaskID(digest(strings.Join(names, " ")))
		_, err = client.Enqueue(task, id, asynq.MaxRetry(5), asynq.Timeout(30*time.Second))
		if errors.Is(err, asynq.ErrTaskIDConflict) {
			return nil
		}
		return err
	}
	if most <= 1 {
		return func(id, n string) error { return send([]string{id + "-" + n}) }
	}
	wishes := make(chan wish, most)
	go func() {
		for first := range wishes {
			batch := []wish{first}
			for more := true; more && len(batch) < most; {
				select {
				case next := <-wishes:
					batch = append(batch, next)
				default:
					more = false
				}
			}
			names := make([]string, len(batch))
			for i, one := range batch {
				names[i] = one.name
			}
			err := send(names)
			for _, one := range batch {
				one.done <- err
			}
		}
	}()
	return func(id, n string) error {
		done := make(chan error, 1)
		wishes <- wish{name: id + "-" + n, done: done}
		return <-done
	}
}
