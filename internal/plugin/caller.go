package plugin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/sethvargo/go-retry"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/sluice-billing/sluice/internal/billing"
)

const (
	mostTasks    = 10_000
	mostAccounts = 10_000
	mostMessage  = 4 << 20  // bytes of a message of our contract
	mostForeign  = 64 << 20 // bytes of a message of others' protocols, which know no bound
	askedAgain   = 2        // times, where a backend is not there
)

// errIdle ends a question to which nothing was answered for too long.
var errIdle = errors.New("nothing was answered")

// caller asks questions of one backend, whatever its protocol.
type caller struct {
	billing.Backend
	conn *grpc.ClientConn
	idle time.Duration // without an answer
	most int64         // rows of a month

	mu   sync.Mutex
	told map[billing.Period]int64 // rows, since the month's tasks were asked for
}

// Close ends the connection.
func (c *caller) Close() error { return c.conn.Close() }

// passing tells whether an error may be gone a moment later: nobody answered, or said that
// it cannot now. That TLS does not agree stays so.
func passing(err error) bool {
	s := status.Convert(err)
	return s.Code() == codes.Unavailable && !strings.Contains(s.Message(), "handshake failed") && !strings.Contains(s.Message(), "server preface")
}

// again calls f, each time for at most that long, and again where the backend was not
// there.
func (c *caller) again(ctx context.Context, limit time.Duration, f func(context.Context) error) error {
	wait := retry.WithMaxRetries(askedAgain, retry.NewExponential(250*time.Millisecond))
	return retry.Do(ctx, wait, func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		err := f(ctx)
		if passing(err) {
			return retry.RetryableError(err)
		}
		return err
	})
}

// ask asks one question that has one answer. What says for errors what was asked.
func (c *caller) ask(ctx context.Context, what, method string, question, answer proto.Message, by Credential) error {
	most := mostForeign
	if c.Protocol == Sluice {
		most = mostMessage
	}
	err := c.again(ctx, c.idle, func(ctx context.Context) error {
		return c.conn.Invoke(ctx, method, question, answer, grpc.MaxCallRecvMsgSize(most))
	})
	if err != nil {
		return c.sentence(ctx, what, err, by)
	}
	return nil
}

// begin forgets how many rows of a month were told: its tasks are asked for anew.
func (c *caller) begin(period billing.Period) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.told, period)
}

// count adds a row of a month to those of its other tasks, and tells whether there are
// still as many as there may be.
func (c *caller) count(period billing.Period) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.told[period]++
	return c.told[period] <= c.most
}

func (c *caller) checkTasks(tasks []Task) ([]Task, error) {
	if len(tasks) > mostTasks {
		return nil, fmt.Errorf("backend %s tells the month in %d tasks, more than %d; report it to who wrote the backend", c.Name, len(tasks), mostTasks)
	}
	return tasks, nil
}

func (c *caller) checkAccounts(accounts []Account) ([]Account, error) {
	if len(accounts) > mostAccounts {
		return nil, fmt.Errorf("the credential reaches %d accounts by backend %s, more than %d; use one that reaches fewer", len(accounts), c.Name, mostAccounts)
	}
	return accounts, nil
}

// fieldsOf are the fields of a credential in plain text, on their way out.
func fieldsOf(by Credential) map[string]string {
	fields := make(map[string]string, len(by.Fields))
	for name, text := range by.Fields {
		fields[name] = text.Reveal()
	}
	return fields
}

// isObject tells whether a text is a JSON object.
func isObject(text []byte) bool {
	var fields map[string]json.RawMessage
	return json.Unmarshal(text, &fields) == nil && fields != nil
}
