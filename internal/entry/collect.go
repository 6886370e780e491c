package entry

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

var (
	//go:embed sql/entries.sql
	entriesSQL string
	//go:embed sql/usage.sql
	usageSQL string
)

// Collect sums the lines of class entry in a month's files of line items, all of
// its loads together, into open entries, by id. Lines that repeat others are
// fenced and left out (R10), and so are entries that come to 0. Amounts are the
// provider's unblended cost. There may be no files.
func Collect(ctx context.Context, s engine.Session, month billing.Period, files []string) ([]Entry, error) {
	if len(files) == 0 {
		return nil, nil
	}
	if err := s.View(ctx, "entry_lines", files); err != nil {
		return nil, err
	}
	type row struct {
		Entry
		source
		start, amount string
	}
	rows, err := engine.Collect(ctx, s, func(r *row) []any {
		return []any{&r.Payer, &r.Account, &r.ProviderInvoice, &r.LineType, &r.ServiceCode, &r.UsageType, &r.Description, &r.Commitment, &r.Currency,
			&r.Provider, &r.AccountName, &r.Service, &r.category, &r.seller, &r.publisher, &r.start, &r.amount}
	}, entriesSQL)
	if err != nil {
		return nil, fmt.Errorf("collecting the adjusting entries of %s: %w", month, err)
	}
	entries := make([]Entry, len(rows))
	for i, r := range rows {
		e := r.Entry
		e.Month, e.Origin, e.State, e.Kind = month, Collected, Open, kindOf(e, r.source)
		if e.Start, err = billing.ParseDay(r.start); err != nil {
			return nil, err
		}
		if e.Amount, err = money.Parse(r.amount); err != nil {
			return nil, err
		}
		e.identify()
		entries[i] = e
	}
	sortByID(entries)
	return entries, nil
}

func sortByID(entries []Entry) {
	slices.SortFunc(entries, func(a, b Entry) int { return cmp.Compare(a.ID, b.ID) })
}

// Usage returns what each account of a payer used in the files, in one currency:
// what the provider bills for its usage, without marketplace, fees, entries and
// tax. Accounts at 0 or below are not in it.
func Usage(ctx context.Context, s engine.Session, files []string, payer string, currency money.Currency) (map[string]money.Decimal, error) {
	if len(files) == 0 {
		return nil, nil
	}
	if err := s.View(ctx, "entry_lines", files); err != nil {
		return nil, err
	}
	type row struct{ account, amount string }
	rows, err := engine.Collect(ctx, s, func(r *row) []any { return []any{&r.account, &r.amount} }, usageSQL, payer, string(currency))
	if err != nil {
		return nil, fmt.Errorf("summing the usage of payer %s: %w", payer, err)
	}
	byAccount := map[string]money.Decimal{}
	for _, r := range rows {
		if byAccount[r.account], err = money.Parse(r.amount); err != nil {
			return nil, err
		}
	}
	return byAccount, nil
}
