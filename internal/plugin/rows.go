package plugin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
)

const (
	askedRows = "its costs"
	// mostEmpty bounds messages without a row, one after the other.
	mostEmpty = 10_000
	// mostOtherMonths bounds rows that pass by, in months of the most rows that one may have.
	mostOtherMonths = 36
	// taskTime bounds a task, however steadily it is told.
	taskTime = 6 * time.Hour
)

var (
	errLong = errors.New("the task took too long")
	// errCut is what became of a stream that ended before it was whole.
	errCut = errors.New("the stream ended before it was whole")
	// errStopped ends a stream whose reader wants no more.
	errStopped = errors.New("no more rows are wanted")
)

// part is one message of a stream of rows. A protocol that says what it told has a total
// in its last one.
type part struct {
	rows  []told
	total *Total
}

// question is how an adapter asks for the rows of a task.
type question struct {
	method  string
	ask     proto.Message
	receive func(*receiver) (part, error) // reads the next message
	sums    bool                          // the protocol ends with a total
	most    int                           // bytes of a message
}

// receiver is a stream that is read message by message, each within the idle time.
type receiver struct {
	stream grpc.ClientStream
	stop   context.CancelCauseFunc
	idle   time.Duration
}

// into reads the next message; io.EOF at the end.
func (r *receiver) into(m proto.Message) error {
	waiting := time.AfterFunc(r.idle, func() { r.stop(errIdle) })
	defer waiting.Stop()
	return r.stream.RecvMsg(m)
}

// stream yields the rows of a task, checked, one message in memory at a time. Where the
// stream breaks, the task is asked for once more from its start; what was yielded already
// must be told again, and is not yielded again.
func (c *caller) stream(ctx context.Context, by Credential, seen *telling, total *Total, q question) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		ctx, cancel := context.WithTimeoutCause(ctx, taskTime, errLong)
		defer cancel()
		for attempt := 0; ; attempt++ {
			err := c.once(ctx, seen, total, q, yield)
			if err == nil || errors.Is(err, errStopped) {
				return
			}
			if attempt == 0 && ctx.Err() == nil && (errors.Is(err, errCut) || broken(err)) {
				seen.again()
				if c.pause(ctx) {
					continue
				}
			}
			yield(Row{}, c.ended(ctx, err, by))
			return
		}
	}
}

// pause waits before a task is asked for again, and tells whether there is still somebody
// who wants it.
func (c *caller) pause(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(min(c.idle, 250*time.Millisecond)):
		return true
	}
}

// ended is the sentence about how a stream ended.
func (c *caller) ended(ctx context.Context, err error, by Credential) error {
	var fault *rowError
	switch {
	case errors.As(err, &fault):
		return err
	case errors.Is(err, errIdle):
		return c.silent(askedRows)
	case errors.Is(context.Cause(ctx), errLong):
		return fmt.Errorf("backend %s told one task for more than %d hours; let it make smaller tasks", c.Name, int64(taskTime.Hours()))
	case errors.Is(err, errCut):
		return fmt.Errorf("backend %s ended a task twice before all of it was told; look at its log, and try again", c.Name)
	}
	return c.sentence(ctx, askedRows, err, by)
}

// once asks for the rows of a task one time. It returns errStopped where the reader wants
// no more, nil at a good end.
func (c *caller) once(ctx context.Context, seen *telling, total *Total, q question, yield func(Row, error) bool) (err error) {
	*total = Total{Rows: -1}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	defer func() {
		if err != nil && errors.Is(context.Cause(ctx), errIdle) {
			err = errIdle
		}
	}()
	opening := time.AfterFunc(c.idle, func() { stop(errIdle) })
	stream, err := c.conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, q.method, grpc.MaxCallRecvMsgSize(q.most))
	if err == nil {
		err = stream.SendMsg(q.ask)
	}
	if err == nil {
		err = stream.CloseSend()
	}
	opening.Stop()
	if err != nil && !errors.Is(err, io.EOF) { // with io.EOF the status is in what is received
		return err
	}
	return c.read(&receiver{stream, stop, c.idle}, seen, total, q, yield)
}

func (c *caller) read(r *receiver, seen *telling, total *Total, q question, yield func(Row, error) bool) error {
	for empty := 0; ; {
		p, err := q.receive(r)
		switch {
		case errors.Is(err, io.EOF) && q.sums && total.Rows < 0:
			return errCut
		case errors.Is(err, io.EOF):
			return seen.finish(total)
		case err != nil:
			return err
		case total.Rows >= 0:
			return seen.fault("told something after its summary; report it to who wrote the backend")
		case p.total != nil:
			*total = *p.total
			continue
		}
		if empty++; len(p.rows) > 0 {
			empty = 0
		}
		if empty > mostEmpty {
			return seen.fault("sent %d messages without a row, one after the other; report it to who wrote the backend", mostEmpty)
		}
		for _, t := range p.rows {
			row, take, err := seen.row(t)
			if err != nil {
				return err
			}
			if seen.passed > mostOtherMonths*c.most {
				return seen.fault("told more than %d rows of other months than %s; raise its most_rows if they are that large, else look why it tells so much", mostOtherMonths*c.most, seen.period)
			}
			if !take {
				continue
			}
			if !c.count(seen.period) {
				return seen.fault("told more than %d rows of %s; raise its most_rows if the month is that large, else look why it tells so much", c.most, seen.period)
			}
			if !yield(row, nil) {
				return errStopped
			}
		}
	}
}
