package conformance

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/sluice-billing/sluice/backend"
	"github.com/sluice-billing/sluice/backend/backendv1"
)

const (
	mostRows    = 1000
	mostMessage = 1 << 20 // bytes
	mostID      = 4096    // bytes
	// longAgo is a month of which no vendor has costs.
	longAgo = "1970-01"
)

func planned(ctx context.Context, p *probe) error {
	tasks, err := p.plan(ctx, p.Month)
	if err != nil {
		return err
	}
	if len(tasks) == 0 {
		return fmt.Errorf("%s has no tasks; name a month that has costs", p.Month)
	}
	ids := map[string]bool{}
	for _, t := range tasks {
		if id := t.GetId(); id == "" || len(id) > mostID || ids[id] {
			return fmt.Errorf("task %q has no id, one of more than %d bytes, or one that another has", t.GetName(), mostID)
		}
		ids[t.GetId()] = true
		for _, name := range p.secrets() {
			if strings.Contains(t.GetId()+t.GetName(), p.Fields[name]) {
				return fmt.Errorf("task %q has the secret field %s in it; tasks are kept and shown", t.GetName(), name)
			}
		}
	}
	return nil
}

func noMonth(ctx context.Context, p *probe) error {
	_, err := p.plan(ctx, "2026-13")
	if err == nil {
		return fmt.Errorf("Plan of 2026-13 was answered; refuse it by INVALID_ARGUMENT")
	}
	if status.Code(err) != codes.InvalidArgument {
		return fmt.Errorf("Plan of 2026-13 is to be refused by INVALID_ARGUMENT: %w", err)
	}
	return nil
}

// telling is what became of a stream.
type telling struct {
	rows     int64
	batches  int
	most     int // rows of a batch
	largest  int // bytes of a message
	sums     map[string]string
	digest   string
	received *backendv1.Summary
	err      error
}

// stream asks for a task, and reads it to its end. What is wrong with it is in err.
func (p *probe) stream(ctx context.Context, r *backendv1.CostsRequest) (s telling) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	month, err := backend.ParseMonth(r.GetMonth())
	if err != nil {
		return telling{err: err}
	}
	costs, err := p.client.Costs(ctx, r)
	if err != nil {
		return telling{err: fmt.Errorf("Costs failed: %w", err)}
	}
	var sums backend.Sums
	digest := sha256.New()
	defer func() { s.sums, s.digest = sums.Texts(), string(digest.Sum(nil)) }()
	for {
		message, err := p.receive(cancel, costs)
		if errors.Is(err, io.EOF) {
			return s
		}
		if err != nil {
			s.err = fmt.Errorf("Costs failed: %w", err)
			return s
		}
		if s.received != nil {
			s.err = fmt.Errorf("there is a message after the summary; the summary is the last one")
			return s
		}
		s.largest = max(s.largest, proto.Size(message))
		if s.received = message.GetSummary(); s.received != nil {
			continue
		}
		s.batches++
		s.most = max(s.most, len(message.GetBatch().GetRows()))
		for _, row := range message.GetBatch().GetRows() {
			if s.rows++; s.rows > p.most {
				s.err = fmt.Errorf("it told more than %d rows of one task; if the task is that large make smaller ones", p.most)
				return s
			}
			if err := p.check(month, row, &sums); err != nil {
				s.err = fmt.Errorf("row %d: %w", s.rows, err)
				return s
			}
			text, err := proto.MarshalOptions{Deterministic: true}.Marshal(row)
			if err != nil {
				s.err = err
				return s
			}
			digest.Write(text)
		}
	}
}

// receive reads a message within the idle time.
func (p *probe) receive(cancel context.CancelFunc, costs backendv1.Backend_CostsClient) (*backendv1.CostsResponse, error) {
	type answer struct {
		message *backendv1.CostsResponse
		err     error
	}
	ctx, stop := context.WithTimeout(context.Background(), p.idle)
	defer stop()
	got := make(chan answer, 1)
	go func() {
		m, err := costs.Recv()
		got <- answer{m, err}
	}()
	select {
	case a := <-got:
		return a.message, a.err
	case <-ctx.Done():
		cancel()
		<-got
		return nil, fmt.Errorf("nothing came for %d seconds", int64(p.idle.Seconds()))
	}
}

func (p *probe) check(month backend.Month, r *backendv1.Row, sums *backend.Sums) error {
	if !month.Contains(r.GetDate()) {
		return fmt.Errorf("date %q is not in %s", r.GetDate(), month)
	}
	if r.GetCategory() != "" && !slices.Contains(backend.Categories, r.GetCategory()) {
		return fmt.Errorf("category %q is none of %v", r.GetCategory(), backend.Categories)
	}
	currency := r.GetCurrency()
	if currency == "" {
		currency = p.description.GetCurrency()
	}
	if !currencyForm.MatchString(currency) {
		return fmt.Errorf("currency %q is no ISO 4217 code", currency)
	}
	for _, amount := range []string{r.GetQuantity(), r.GetListCost()} {
		if amount == "" {
			continue
		}
		if err := backend.CheckAmount(amount); err != nil {
			return err
		}
	}
	return sums.Add(currency, r.GetCost())
}

// whole returns an error unless a stream was told as the contract has it.
func (s telling) whole() error {
	switch {
	case s.err != nil:
		return s.err
	case s.received == nil:
		return fmt.Errorf("the stream ended without a summary")
	case s.received.GetRows() != s.rows:
		return fmt.Errorf("the summary has %d rows, and %d came", s.received.GetRows(), s.rows)
	case s.most > mostRows:
		return fmt.Errorf("a batch has %d rows, more than %d", s.most, mostRows)
	case s.largest > mostMessage+16:
		return fmt.Errorf("a message has %d bytes, more than %d", s.largest, mostMessage)
	}
	said := map[string]string{}
	for currency, amount := range s.received.GetCost() {
		var one backend.Sums
		if err := one.Add(currency, amount); err != nil {
			return fmt.Errorf("the summary's %s: %w", currency, err)
		}
		maps.Copy(said, one.Texts())
	}
	if !maps.Equal(said, s.sums) {
		return fmt.Errorf("the summary says %v, and the rows come to %v", said, s.sums)
	}
	return nil
}

// each asks for all tasks of a month.
func (p *probe) each(ctx context.Context, month string, do func(*backendv1.CostsRequest) error) error {
	tasks, err := p.plan(ctx, month)
	if err != nil {
		return err
	}
	for _, t := range tasks {
		r := &backendv1.CostsRequest{Credential: p.credential(), Options: p.Options, Month: month, Task: t.GetId()}
		if err := do(r); err != nil {
			return fmt.Errorf("task %q of %s: %w", t.GetName(), month, err)
		}
	}
	return nil
}

func told(ctx context.Context, p *probe) error {
	rows := int64(0)
	err := p.each(ctx, p.Month, func(r *backendv1.CostsRequest) error {
		s := p.stream(ctx, r)
		rows += s.rows
		return s.whole()
	})
	if err == nil && rows == 0 {
		return fmt.Errorf("%s has no rows; name a month that has costs", p.Month)
	}
	return err
}

// same asks for each task twice at once.
func same(ctx context.Context, p *probe) error {
	return p.each(ctx, p.Month, func(r *backendv1.CostsRequest) error {
		var both [2]telling
		var wait sync.WaitGroup
		for i := range both {
			wait.Go(func() { both[i] = p.stream(ctx, r) })
		}
		wait.Wait()
		if err := cmp.Or(both[0].whole(), both[1].whole()); err != nil {
			return err
		}
		if both[0].digest != both[1].digest {
			return fmt.Errorf("other rows, or another order, when it was asked for twice; who lost a stream asks again from the start")
		}
		return nil
	})
}

func empty(ctx context.Context, p *probe) error {
	return p.each(ctx, longAgo, func(r *backendv1.CostsRequest) error {
		s := p.stream(ctx, r)
		if s.rows > 0 {
			return fmt.Errorf("there are %d rows", s.rows)
		}
		return s.whole()
	})
}

func unknownTask(ctx context.Context, p *probe) error {
	s := p.stream(ctx, &backendv1.CostsRequest{Credential: p.credential(), Options: p.Options, Month: p.Month, Task: "conformance: no such task"})
	if s.err == nil {
		return fmt.Errorf("it was told, with %d rows; refuse it by NOT_FOUND", s.rows)
	}
	if status.Code(s.err) != codes.NotFound {
		return fmt.Errorf("it is to be refused by NOT_FOUND: %w", s.err)
	}
	return nil
}

// left begins many streams, leaves each after its first message, and wants an answer then:
// a backend that goes on with work that nobody wants runs out of room for it.
func left(ctx context.Context, p *probe) error {
	tasks, err := p.plan(ctx, p.Month)
	if err != nil || len(tasks) == 0 {
		return err
	}
	for range 150 {
		leaving, cancel := context.WithCancel(ctx)
		costs, err := p.client.Costs(leaving, &backendv1.CostsRequest{Credential: p.credential(), Options: p.Options, Month: p.Month, Task: tasks[0].GetId()})
		if err == nil {
			_, err = p.receive(cancel, costs)
		}
		cancel()
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("Costs failed, after others had been left: %w", err)
		}
	}
	again, cancel := p.within(ctx)
	defer cancel()
	if _, err := p.client.Describe(again, &backendv1.DescribeRequest{Revision: backend.Revision, Options: p.Options}); err != nil {
		return fmt.Errorf("Describe failed, after streams had been left: %w", err)
	}
	return nil
}

func large(ctx context.Context, p *probe) error {
	if p.Large == "" {
		return skip("no large month is named")
	}
	batches := 0
	err := p.each(ctx, p.Large, func(r *backendv1.CostsRequest) error {
		s := p.stream(ctx, r)
		batches = max(batches, s.batches)
		return s.whole()
	})
	if err == nil && batches < 2 {
		return fmt.Errorf("no task of %s has more than one batch; name a larger month", p.Large)
	}
	return err
}
