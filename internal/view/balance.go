package view

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/earnings"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/receivable"
	"github.com/sluice-billing/sluice/internal/store"
)

// unknownOr hides why something cannot be seen behind an error that says that it is
// not there.
func unknownOr(err, unknown error) error {
	if errors.Is(err, store.ErrNotFound) {
		return unknown
	}
	return err
}

// Prepaid are the prepaid balances of the view's billing groups on a day.
func (v *View) Prepaid(ctx context.Context, organization string, on billing.Day) ([]receivable.PrepaidBalance, error) {
	groups, err := v.Groups(organization)
	if err != nil {
		return nil, err
	}
	all := []receivable.PrepaidBalance{}
	for _, g := range groups {
		balances, err := v.home.Receivables.PrepaidBalances(ctx, g.ID, on)
		if err != nil {
			return nil, err
		}
		all = append(all, balances...)
	}
	return all, nil
}

// AccountStatement is what one billing group of the view was billed and paid
// between two days.
func (v *View) AccountStatement(ctx context.Context, group string, from, to billing.Day) ([]invoice.AccountStatement, error) {
	if _, err := v.group(group); err != nil {
		return nil, err
	}
	if to < from {
		return nil, fmt.Errorf("the statement would end on %s, before it begins on %s", to, from)
	}
	all, err := v.home.Receivables.All(ctx)
	if err != nil {
		return nil, err
	}
	return all.OfGroup(group, from, to), nil // never by a name that a customer may have, too
}

// TierMargin is what one of the caller's own billing groups earned in a month by
// selling on: between what it paid itself and what its buyers pay.
func (v *View) TierMargin(ctx context.Context, period billing.Period, group string) (earnings.TierMonth, error) {
	g, err := v.group(group)
	if err != nil {
		return earnings.TierMonth{}, err
	}
	if g.Sold && !slices.Contains(v.heads, access.Root) {
		return earnings.TierMonth{}, fmt.Errorf("what %s earns is its own business: it %w", group, store.ErrNotFound)
	}
	return v.home.Earnings.TierMargin(ctx, period, group)
}
