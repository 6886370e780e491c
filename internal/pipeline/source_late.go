package pipeline

import (
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
)

// How old the data of a source may be before it is late.
const (
	// daily is for what comes at least once a day, twice over: exports of a month that
	// is not over, and readings of a backend.
	daily = 48 * time.Hour
	// pushing is how long after its end a month may lack what is pushed.
	pushing = 10 * 24 * time.Hour
)

// SourceAge is what is known of how old the data of a source is. Times are UTC, and zero
// where there is none.
type SourceAge struct {
	DeclaredAt time.Time         // as it is declared now
	GoodAt     time.Time         // when it was last read whole
	Data       *store.SourceData // nil where it never brought any
}

// Late tells whether the data of a source is older than expected. An export is delivered
// at least once a day while its month is not over, and a new month begins with it: more
// than two days without either is late. A backend may have nothing new to tell, so that
// two days without a reading are. Of what is pushed nothing is known but that a month
// that is over for ten days should be there. A source that never brought anything has as
// long from when it was declared, and one that has ended is never late.
func (a SourceAge) Late(s billing.Source, now time.Time) bool {
	now = now.UTC()
	month := billing.PeriodOf(now)
	switch {
	case s.Ended:
		return false
	case s.Kind == billing.FromBackend && !a.GoodAt.IsZero():
		return now.Sub(a.GoodAt) > daily
	case s.Kind == billing.Pushed && a.Data != nil:
		return now.Sub(a.Data.Period.Next().End()) > pushing
	case s.Kind == billing.Pushed:
		return now.Sub(a.DeclaredAt) > pushing && now.Sub(billing.PeriodOf(a.DeclaredAt).End()) > pushing
	case a.Data == nil:
		return now.Sub(a.DeclaredAt) > daily
	case a.Data.Period.Before(month) && now.Sub(a.Data.Period.End()) > daily:
		return true
	}
	return now.Sub(a.Data.At) > daily
}
