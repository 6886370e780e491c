package spend

import (
	"context"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/store"
)

// standing tells of a rated month whether it is final for all that an organization buys,
// which it is once it is closed, and whether findings hold its close. One that is not
// rated is store.ErrNotFound.
func (s *Spends) standing(ctx context.Context, k *asking, p billing.Period) (final, held bool, err error) {
	rated, detail, err := s.home.CurrentRating(ctx, p)
	if err != nil {
		return false, false, err
	}
	switch {
	case detail.Preview:
	case len(detail.Groups) == 0:
		final, err = s.home.IsClosedMonth(ctx, p)
	case !k.isReseller(): // of the reseller only some groups were closed
		final, err = s.areDrafted(ctx, k.groups, rated, detail)
	}
	if err != nil || final {
		return final, false, err
	}
	findings, err := s.home.Store.Findings(ctx, p)
	holds := func(f month.Finding) bool { return f.Severity == billing.Hold && f.Waived == nil }
	return false, !detail.Preview && slices.ContainsFunc(findings, holds), err
}

// areDrafted tells whether groups were closed with a rating of some: they have documents
// of it, or issued ones. Where the close was held there are none of it.
func (s *Spends) areDrafted(ctx context.Context, groups []string, rated store.Rated, detail month.Rating) (bool, error) {
	documents, err := s.home.Store.InvoiceFacts(ctx, rated.Period)
	if err != nil {
		return false, err
	}
	for _, g := range groups {
		has := func(d store.Invoice) bool { return d.Group == g && (d.Rated == rated.Revision || month.IsIssued(d)) }
		if !slices.Contains(detail.Groups, g) || !slices.ContainsFunc(documents, has) {
			return false, nil
		}
	}
	return len(groups) > 0, nil
}
