package spend

import (
	"context"
	"slices"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// SourceStanding is how it stands with a place that bills are read from, and with the
// paying account that they are of.
type SourceStanding struct {
	Standing
	Payer string `json:"payer"`
}

// Standing is how it stands with a place that bills are read from.
type Standing struct {
	Source     string          `json:"source"`
	Kind       string          `json:"kind"`
	Provider   string          `json:"provider,omitempty"`
	GoodAt     *time.Time      `json:"good_at,omitempty"`     // when it was last read whole, UTC; nil where it never was
	GoodPeriod *billing.Period `json:"good_period,omitempty"` // the month that was read then
	AgeHours   *int64          `json:"age_hours,omitempty"`   // since then, whole ones
	Failing    bool            `json:"failing"`               // the last try went wrong
	FailedAt   *time.Time      `json:"failed_at,omitempty"`   // when it did, UTC
	Problem    string          `json:"problem,omitempty"`     // what went wrong then, and what to do
}

// sources are those that an organization's bills are read from: of the reseller all, of
// others those that are read by a credential of theirs or of who is below them, or whose
// payer is enrolled for a billing group of theirs.
func (s *Spends) sources(ctx context.Context, k *asking) ([]SourceStanding, error) {
	states, err := s.home.Store.SourceStates(ctx)
	if err != nil {
		return nil, err
	}
	loaded, err := s.loaded(ctx, k)
	if err != nil {
		return nil, err
	}
	all := []SourceStanding{}
	for _, src := range k.declared.Sources {
		if src.Ended || !k.reads(src) {
			continue
		}
		x := SourceStanding{Standing{Source: src.Name, Kind: src.Kind}, src.Payer}
		for _, p := range k.declared.Payers {
			if p.ID == src.Payer {
				x.Provider = p.Provider
				k.name(p.Provider)
			}
		}
		if l, ok := loaded[src.Name]; ok {
			x.GoodAt, x.GoodPeriod = &l.at, &l.period
		}
		for _, state := range states {
			if state.Source != src.Name {
				continue
			}
			if !state.GoodAt.IsZero() {
				x.GoodAt, x.GoodPeriod = &state.GoodAt, &state.GoodPeriod
			}
			if x.Failing = state.Failing(); x.Failing {
				x.FailedAt, x.Problem = &state.FailedAt, state.Problem
			}
		}
		if x.GoodAt != nil {
			age := int64(s.home.Now().Sub(*x.GoodAt) / time.Hour)
			x.AgeHours = &age
		}
		all = append(all, x)
	}
	return all, nil
}

// reads tells whether a source is one that the organization's bills are read from.
func (k *asking) reads(s billing.Source) bool {
	if k.isReseller() {
		return true
	}
	for _, c := range k.declared.Credentials {
		if c.ID == s.Credential && s.Credential != "" && k.tree.Within(c.Organization, k.organization.ID) {
			return true
		}
	}
	return slices.ContainsFunc(k.declared.BillingGroups, func(g billing.BillingGroup) bool {
		return slices.Contains(k.groups, g.ID) && slices.ContainsFunc(g.Enrol, func(e billing.Enrolment) bool { return e.Payer == s.Payer })
	})
}

// load is when a source was loaded last, and which month.
type load struct {
	at     time.Time
	period billing.Period
}

// loaded are the last loads of this month and the last one, by source: for sources that
// were read before it was kept how they stand.
func (s *Spends) loaded(ctx context.Context, k *asking) (map[string]load, error) {
	all := map[string]load{}
	for _, p := range []billing.Period{k.head.Period.Previous(), k.head.Period} {
		loads, err := s.home.Store.CurrentLoads(ctx, p)
		if err != nil {
			return nil, err
		}
		for _, l := range loads {
			if l.LoadedAt.After(all[l.Source].at) {
				all[l.Source] = load{l.LoadedAt, p}
			}
		}
	}
	return all, nil
}
