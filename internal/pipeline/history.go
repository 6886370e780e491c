package pipeline

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/collect"
	"github.com/sluice-billing/sluice/internal/credential"
	"github.com/sluice-billing/sluice/internal/source"
)

// HistorySpan says which months of a source to load.
type HistorySpan struct {
	// From and To are the first and the last month; all that lie there where they are
	// zero.
	From, To billing.Period
	// Closed reads closed months, too; what changed in them is proposed. Without, they
	// are passed over.
	Closed bool
}

// What became of a month of a history.
const (
	HistoryLoaded   = "loaded"
	HistoryUpToDate = "up-to-date" // this version was loaded before
	HistoryClosed   = "closed"     // it was passed over
	HistoryNothing  = "nothing"    // the source has nothing of it
	HistoryFailed   = "failed"
)

// HistoryMonth is what became of a month.
type HistoryMonth struct {
	Period billing.Period `json:"period"`
	State  string         `json:"state"`
	Bytes  int64          `json:"bytes"` // that lie there, as stored; 0 where that is not known
	Rows   int64          `json:"rows"`
	Says   string         `json:"says,omitempty"` // for people, where there is something to say
	Loads  []Loaded       `json:"loads,omitempty"`
}

// History is what became of loading a source with its past.
type History struct {
	Source string         `json:"source"`
	Months []HistoryMonth `json:"months"` // in the order in which they were come to: the newest first
	Bytes  int64          `json:"bytes"`  // that were loaded
	Failed int            `json:"failed"` // months that could not be loaded
	// Problem says which months failed and why, for people; empty where none did.
	Problem string `json:"problem,omitempty"`
}

// HistoryError says which months could not be loaded; the others are.
type HistoryError struct {
	Source string
	Failed []HistoryMonth
	Of     int // months in all
}

// Error names the months and what is wrong with the first ones.
func (e *HistoryError) Error() string {
	const shown = 3
	var all []string
	for i, m := range e.Failed {
		if i == shown {
			all = append(all, fmt.Sprintf("and %d more", len(e.Failed)-shown))
			break
		}
		all = append(all, m.Period.String()+": "+m.Says)
	}
	return fmt.Sprintf("%d of %d months of source %s could not be loaded: %s; mend that and load the history again, what is loaded is passed over", len(e.Failed), e.Of, e.Source, strings.Join(all, ". "))
}

// LoadHistory loads a source month by month, the newest first, and reports its progress
// in bytes, with an estimate of the time that is left. What is loaded stays when it
// ends early, and is passed over when it is begun again. A month that cannot be loaded
// does not stop the others: the error is a *HistoryError then, beside what was loaded.
func (p *Pipeline) LoadHistory(ctx context.Context, name string, span HistorySpan) (History, error) {
	h := History{Source: name, Months: []HistoryMonth{}}
	c, err := p.home.Config(ctx)
	if err != nil {
		return h, err
	}
	s, err := sourceOf(c, name)
	if err != nil {
		return h, err
	}
	if !span.From.IsZero() && !span.To.IsZero() && span.To.Before(span.From) {
		return h, fmt.Errorf("the history of source %s ends with %s, before it begins with %s; exchange the two", name, span.To, span.From)
	}
	months, err := p.historyOf(ctx, c, s, span)
	if err != nil {
		return h, err
	}
	closed, err := p.home.ClosedMonths(ctx, billing.Period{})
	if err != nil {
		return h, err
	}
	way := newWay(ctx, len(months))
	for i := range months {
		if !span.Closed && slices.Contains(closed, months[i].Period) {
			months[i].State = HistoryClosed
			months[i].Says = fmt.Sprintf("is closed and was not read; `sluice ingest %s --source %s` reads it, and proposes what changed", months[i].Period, name)
			continue
		}
		way.total += months[i].Bytes
	}
	e := &HistoryError{Source: name, Of: len(months)}
	for i, m := range months {
		if m.State == "" {
			p.loadMonth(ctx, way, name, i+1, &m)
		}
		if ctx.Err() != nil {
			return h, context.Cause(ctx)
		}
		h.Months = append(h.Months, m)
		switch m.State {
		case HistoryLoaded:
			h.Bytes += m.Bytes
		case HistoryFailed:
			e.Failed = append(e.Failed, m)
		}
	}
	if len(e.Failed) > 0 {
		h.Failed, h.Problem = len(e.Failed), e.Error()
		return h, e
	}
	return h, nil
}

// historyOf are the months that a source has in a span, the newest first.
func (p *Pipeline) historyOf(ctx context.Context, c billing.Config, s billing.Source, span HistorySpan) ([]HistoryMonth, error) {
	if s.Ended {
		return nil, fmt.Errorf("source %s has ended, and nothing is read of it any more; declare it without ended to read it again", s.Name)
	}
	if collect.Collects(s.Kind) {
		return p.askedMonths(s, span)
	}
	access, err := credential.Access(ctx, p.home, c, s)
	if err != nil {
		return nil, err
	}
	place, err := source.Open(ctx, s.URL, access)
	if err != nil {
		return nil, fmt.Errorf("source %s: %w", s.Name, err)
	}
	defer place.Close()
	found, err := place.Reports(ctx, nil) // the source says which kind it is
	if err != nil {
		return nil, fmt.Errorf("source %s: %w", s.Name, err)
	}
	if !found.Whole {
		return nil, fmt.Errorf("source %s: %s", s.Name, strings.Join(found.Warnings, "; "))
	}
	sizes := map[billing.Period]int64{}
	for _, r := range found.Reports {
		for _, m := range r.Months {
			before, after := !span.From.IsZero() && m.Period.Before(span.From), !span.To.IsZero() && span.To.Before(m.Period)
			if r.Kind == s.Kind && !before && !after {
				sizes[m.Period] += m.Bytes
			}
		}
	}
	if len(sizes) == 0 {
		return nil, fmt.Errorf("source %s has no month of kind %s in %s; `sluice source check %s` says what is there", s.Name, s.Kind, place, s.Name)
	}
	var months []HistoryMonth
	for period, bytes := range sizes {
		months = append(months, HistoryMonth{Period: period, Bytes: bytes})
	}
	slices.SortFunc(months, func(a, b HistoryMonth) int { return b.Period.Start().Compare(a.Period.Start()) })
	return months, nil
}

// mostAsked bounds the months that a backend is asked for at once.
const mostAsked = 120

// askedMonths are those of a source that does not say what it has.
func (p *Pipeline) askedMonths(s billing.Source, span HistorySpan) ([]HistoryMonth, error) {
	if span.From.IsZero() {
		return nil, fmt.Errorf("source %s is of kind %s, and does not say how far back it goes; name the first month", s.Name, s.Kind)
	}
	to := span.To
	if to.IsZero() {
		to = billing.PeriodOf(p.home.Now().UTC())
	}
	var months []HistoryMonth
	for period := to; !period.Before(span.From); period = period.Previous() {
		if len(months) == mostAsked {
			return nil, fmt.Errorf("from %s to %s are more than %d months; name fewer of them at once", span.From, to, mostAsked)
		}
		months = append(months, HistoryMonth{Period: period})
	}
	return months, nil
}

// loadMonth loads one month, and says what became of it.
func (p *Pipeline) loadMonth(ctx context.Context, way *way, name string, number int, m *HistoryMonth) {
	loads, err := p.Ingest(way.month(m.Period, number), m.Period, name)
	m.Loads = loads
	fresh := false
	for _, l := range loads {
		m.Rows += l.Rows
		fresh = fresh || !l.UpToDate
	}
	switch {
	case err != nil:
		m.State, m.Says = HistoryFailed, strings.TrimPrefix(err.Error(), "source "+name+": ")
	case len(loads) == 0:
		m.State = HistoryNothing
	case fresh:
		m.State = HistoryLoaded
	default:
		m.State = HistoryUpToDate
	}
	way.did(m.Bytes, m.State == HistoryLoaded)
}

// way is how far a history is.
type way struct {
	ctx    context.Context
	months int
	began  time.Time

	total  int64 // bytes that are to be loaded, without what turned out to be
	loaded int64 // bytes of months that are done

	mu     sync.Mutex
	inside map[string]int64 // bytes of the month in work, by report
}

func newWay(ctx context.Context, months int) *way {
	return &way{ctx: ctx, months: months, began: time.Now()}
}

// month is a context for loading one month. What is told in it is told as the progress
// of the whole.
func (w *way) month(period billing.Period, number int) context.Context {
	w.inside = map[string]int64{}
	work := fmt.Sprintf("history %s, month %d of %d", period, number, w.months)
	if left, known := timeLeft(w.loaded, w.total, time.Since(w.began)); known {
		work += ", " + left
	}
	billing.Step(w.ctx, work, w.loaded, w.total)
	return billing.WithProgress(w.ctx, func(inner string, done, _ int64) {
		report, bytes := strings.CutPrefix(inner, "ingest ")
		if !bytes {
			return
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.inside[report] = max(w.inside[report], done)
		sum := w.loaded
		for _, n := range w.inside {
			sum += n
		}
		billing.Step(w.ctx, work, min(sum, w.total), w.total)
	})
}

// did notes that a month is done; one that was not loaded costs no time.
func (w *way) did(bytes int64, loaded bool) {
	if loaded {
		w.loaded += bytes
	} else {
		w.total -= bytes
	}
}

// timeLeft estimates by the bytes that are loaded how long the others take, in words.
func timeLeft(done, total int64, elapsed time.Duration) (words string, known bool) {
	if done <= 0 || total <= done {
		return "", false
	}
	left := new(big.Int).Mul(big.NewInt(int64(elapsed)), big.NewInt(total-done))
	left.Div(left, big.NewInt(done))
	const day = 24 * time.Hour
	if !left.IsInt64() || left.Int64() > int64(100*day) {
		return "more than 100 days left", true
	}
	switch d := time.Duration(left.Int64()); {
	case d < time.Minute:
		return "less than a minute left", true
	case d < 2*time.Hour:
		return fmt.Sprintf("about %d minutes left", (d+time.Minute/2)/time.Minute), true
	case d < 2*day:
		return fmt.Sprintf("about %d hours left", (d+time.Hour/2)/time.Hour), true
	default:
		return fmt.Sprintf("about %d days left", (d+day/2)/day), true
	}
}
