package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/collect"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/store"
)

// Collector is what asks backends, and keeps what is pushed.
func (p *Pipeline) Collector() *collect.Collector { return p.collector }

// ingestCollected collects a month of a source that has no place, and loads it.
func (p *Pipeline) ingestCollected(ctx context.Context, c billing.Config, s billing.Source, payer billing.Payer, period billing.Period) ([]Loaded, error) {
	collected, err := p.collector.Collect(ctx, c, s, period)
	if err != nil || collected.Nothing {
		return nil, err
	}
	place, delivery, err := collected.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer place.Close()
	loaded, err := p.load(ctx, place, delivery, payer, s.Name)
	if err != nil {
		return nil, err
	}
	// Digits that the lake does not keep are a finding of the load, and no difference.
	if !slices.ContainsFunc(loaded.Findings, func(f billing.Finding) bool { return f.Code == "lost-digits" }) && !loaded.UpToDate {
		if err := collected.Agrees(loaded.Rows, loaded.Billed); err != nil {
			return nil, err
		}
	}
	return []Loaded{loaded}, nil
}

// What a collection does where nothing is declared.
const (
	collectAt       = "00:30"
	collectMonths   = 2
	collectRequests = 2
)

// Reading is what became of reading a source's month.
type Reading struct {
	Source  string         `json:"source"`
	Period  billing.Period `json:"period"`
	Loads   []Loaded       `json:"loads"`
	Problem string         `json:"problem,omitempty"` // why it failed; what was loaded before is in force
}

// Read reads sources anew, month by month, the first month of all of them first. One
// that fails does not stop the others; closed months are read too, and what changed in
// them is proposed, as by Ingest. It fails only when the context ends.
func (p *Pipeline) Read(ctx context.Context, sources []string, periods []billing.Period) ([]Reading, error) {
	all := []Reading{}
	for _, period := range periods {
		for _, name := range sources {
			loads, err := p.Ingest(ctx, period, name)
			if ctx.Err() != nil {
				return all, ctx.Err()
			}
			r := Reading{Source: name, Period: period, Loads: append([]Loaded{}, loads...)}
			if err != nil {
				r.Problem = err.Error()
			}
			all = append(all, r)
		}
	}
	return all, nil
}

// ReadWhenAsked is Read for somebody who asks for it, as often a day as the reseller's
// collection allows for each source; without a declared collection that is not counted.
func (p *Pipeline) ReadWhenAsked(ctx context.Context, sources []string, periods []billing.Period) ([]Reading, error) {
	c, err := p.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	for _, name := range sources {
		if !month.HasSource(c, name) {
			return nil, fmt.Errorf("no source is called %q; `sluice status` lists the declared ones", name)
		}
	}
	if c.Reseller != nil && c.Reseller.Collection != nil {
		most := cmp.Or(c.Reseller.Collection.Requests, collectRequests)
		for _, name := range sources {
			now := p.home.Now().UTC()
			counted, last, err := p.home.Store.CountCollection(ctx, name, billing.DayOf(now), store.Asked, most, now)
			if err != nil {
				return nil, err
			}
			if !counted {
				return nil, &TooOftenError{name, most, last, (billing.DayOf(now) + 1).Time()}
			}
		}
	}
	return p.Read(ctx, sources, periods)
}

// TooOftenError says that a source was read as often as it may be on one day.
type TooOftenError struct {
	Source string
	Most   int
	Last   time.Time // when it was asked for last, UTC
	Again  time.Time // when it may be asked for again, UTC
}

// Error says when it may be read again, and how to lift the limit.
func (e *TooOftenError) Error() string {
	return fmt.Sprintf("source %s was read %d times today because somebody asked, last at %s, which is the limit; ask again after %s, wait for the night, or raise collection.requests of the reseller",
		e.Source, e.Most, e.Last.Format("15:04 UTC"), e.Again.Format("2006-01-02 15:04 UTC"))
}

// Nightly reads all sources over the last months, once a day after the time that the
// reseller declared, and nothing where no collection is declared. Each source is
// marked when it is begun, so that a restart goes on with those that are left, and
// reads none twice. The error joins those of the sources.
func (p *Pipeline) Nightly(ctx context.Context) error {
	c, err := p.home.Config(ctx)
	if err != nil || c.Reseller == nil || c.Reseller.Collection == nil {
		return err
	}
	wanted, now := *c.Reseller.Collection, p.home.Now().UTC()
	if now.Format("15:04") < cmp.Or(wanted.At, collectAt) {
		return nil
	}
	var problems []error
	for _, s := range c.Sources {
		counted, _, err := p.home.Store.CountCollection(ctx, s.Name, billing.DayOf(now), store.ByNight, 1, now)
		if err != nil {
			return err
		}
		if !counted {
			continue
		}
		readings, err := p.Read(ctx, []string{s.Name}, LastMonths(now, cmp.Or(wanted.Months, collectMonths)))
		if err != nil {
			return err
		}
		for _, r := range readings {
			if r.Problem != "" {
				problems = append(problems, fmt.Errorf("%s: %s", r.Period, strings.TrimSpace(r.Problem)))
			}
		}
	}
	return errors.Join(problems...)
}

// LastMonths are the month of a time, in UTC, and those before it, the newest first.
func LastMonths(now time.Time, n int) []billing.Period {
	periods := make([]billing.Period, n)
	for i := range periods {
		if i == 0 {
			periods[i] = billing.PeriodOf(now.UTC())
		} else {
			periods[i] = periods[i-1].Previous()
		}
	}
	return periods
}
