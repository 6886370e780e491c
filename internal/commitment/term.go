package commitment

import (
	"cmp"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/money"
)

// terms are what lines say of a commitment's contract, each empty where they
// say nothing.
type terms struct{ offering, term, payment, starts, ends string }

func (t *terms) columns() []any {
	return []any{&t.offering, &t.term, &t.payment, &t.starts, &t.ends}
}

// or fills in what t does not say.
func (t terms) or(u terms) terms {
	return terms{
		cmp.Or(t.offering, u.offering), cmp.Or(t.term, u.term), cmp.Or(t.payment, u.payment),
		cmp.Or(t.starts, u.starts), cmp.Or(t.ends, u.ends),
	}
}

// terms are those of the fees, else of the usage: some reports have them on
// one of the two only.
func (e *entry) terms() (t terms) {
	for _, f := range e.fees {
		t = t.or(f.terms)
	}
	for _, u := range e.usage {
		t = t.or(u.terms)
	}
	return t
}

// paymentOption writes NoUpfront as No Upfront.
func paymentOption(text string) string {
	for _, option := range []string{"No", "Partial", "All"} {
		if strings.EqualFold(strings.ReplaceAll(text, " ", ""), option+"Upfront") {
			return option + " Upfront"
		}
	}
	return text
}

// interval reads when a commitment begins and ends, the end exclusive; nil
// where the lines do not tell. The provider writes the last second of the term
// as its end, other tools the first one after it.
func interval(starts, ends string) (start, end *time.Time) {
	start, end = instant(starts), instant(ends)
	if start != nil && end != nil {
		if after := end.Add(time.Second); after.Sub(*start)%(24*time.Hour) == 0 {
			end = &after
		}
	}
	return start, end
}

func instant(text string) *time.Time {
	for _, layout := range []string{time.RFC3339, time.DateTime, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			t = t.UTC()
			return &t
		}
	}
	return nil
}

// hoursInTerm is how many hours of the month the commitment was in force.
func (e *entry) hoursInTerm(c *Commitment) money.Decimal {
	from, to := e.period.Start(), e.period.End()
	if c.Start != nil && c.Start.After(from) {
		from = *c.Start
	}
	if c.End != nil && c.End.Before(to) {
		to = *c.End
	}
	return money.FromInt(max(0, int64(to.Sub(from)/time.Second))).Quo(money.FromInt(3600), 15)
}
