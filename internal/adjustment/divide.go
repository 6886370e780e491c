package adjustment

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/oklog/ulid/v2"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/entry"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
)

// Split divides an open entry over n months from the first one on (R27); see
// entry.Split. With terms the parts are applied at once, each to its month, whose
// Into is not used. It returns the entry and its parts.
func (es *Entries) Split(ctx context.Context, id string, n int, first billing.Period, terms *Terms, reason string) (whole entry.Entry, parts []entry.Entry, err error) {
	var months []billing.Period
	if terms != nil && n <= entry.MaxParts {
		for month, i := first, 0; i < n; month, i = month.Next(), i+1 {
			months = append(months, month)
		}
	}
	return es.divide(ctx, id, "split", reason, terms, months, func(e entry.Entry) (entry.Entry, []entry.Entry, error) {
		return entry.Split(e, n, first, e.Currency.Digits())
	})
}

// Allocation says how an entry is divided among accounts: by amounts, or by usage.
type Allocation struct {
	Amounts   map[string]money.Decimal // by account
	ByUsage   bool                     // instead: by what the accounts used in the entry's month
	Accounts  []string                 // that take part by usage; all of the payer where there are none
	Remainder string                   // account that takes what is left
}

// Allocate divides an open entry among accounts (R27); see entry.Allocate and
// entry.AllocateBy. Usage is what the provider bills for it, in the entry's
// currency, of the loads in force. It returns the entry and its parts.
func (es *Entries) Allocate(ctx context.Context, id string, a Allocation, reason string) (whole entry.Entry, parts []entry.Entry, err error) {
	return es.divide(ctx, id, "allocate", reason, nil, nil, func(e entry.Entry) (entry.Entry, []entry.Entry, error) {
		if !a.ByUsage {
			return entry.Allocate(e, a.Amounts, a.Remainder)
		}
		weights, err := es.usageOf(ctx, e)
		if err != nil {
			return e, nil, err
		}
		for account := range weights {
			if len(a.Accounts) > 0 && !slices.Contains(a.Accounts, account) {
				delete(weights, account)
			}
		}
		return entry.AllocateBy(e, weights, e.Currency.Digits(), a.Remainder)
	})
}

// usageOf is what the accounts of an entry's payer used in its month.
func (es *Entries) usageOf(ctx context.Context, e entry.Entry) (map[string]money.Decimal, error) {
	c, err := es.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	loads, _, err := es.home.InForce(ctx, c, e.Month)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, l := range loads {
		if err := month.CheckLayout(l); err != nil {
			return nil, err
		}
		more, err := es.home.Lake.LineItems(e.Month, l.Payer, l.ID)
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	s, err := es.home.Engine.Session(ctx)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return entry.Usage(ctx, s, files, e.Payer, e.Currency)
}

// divide makes parts of an entry while its month is locked, and months with it.
func (es *Entries) divide(
	ctx context.Context, id, action, reason string, terms *Terms, months []billing.Period,
	cut func(entry.Entry) (entry.Entry, []entry.Entry, error),
) (whole entry.Entry, parts []entry.Entry, err error) {
	ctx, entries, unlock, err := es.lockEntries(ctx, []string{id}, months...)
	if err != nil {
		return whole, nil, err
	}
	defer unlock()
	if whole, parts, err = cut(entries[0]); err != nil {
		return whole, nil, err
	}
	c, err := es.home.Config(ctx)
	if err != nil {
		return whole, nil, err
	}
	desk := es.newEntryDesk(c)
	var change entryChange
	change.note(es.home.User, action, whole, fmt.Sprintf("%s %s in %d parts", whole.Amount, whole.Currency, len(parts)), reason)
	for i, part := range parts {
		parts[i].AccountName = cmp.Or(accountName(c, part.Account), part.AccountName)
		if terms == nil {
			continue
		}
		t := *terms
		t.Into = *part.Due
		if parts[i], err = desk.apply(ctx, parts[i], t, ""); err != nil {
			return whole, nil, fmt.Errorf("nothing was split, because part %d of %d cannot be applied: %w", part.Part, part.Parts, err)
		}
		change.note(es.home.User, "apply", parts[i], decided(parts[i]), reason)
	}
	change.put = append([]entry.Entry{whole}, parts...)
	return whole, parts, es.changeEntries(ctx, change)
}

func accountName(c billing.Config, id string) string {
	for _, a := range c.Accounts {
		if a.ID == id {
			return a.Name
		}
	}
	return ""
}

// Undo takes a split or an allocation back, with the parts and theirs, or
// removes an open entry that a person wrote. Refused while a part is on an issued
// invoice; parts on drafts are taken off. It returns the entry as it is then, and
// what is gone.
func (es *Entries) Undo(ctx context.Context, id, reason string) (whole entry.Entry, gone []entry.Entry, err error) {
	before, err := es.readEntries(ctx, []string{id})
	if err != nil {
		return whole, nil, err
	}
	all, err := es.entriesOf(ctx, before[0].Month)
	if err != nil {
		return whole, nil, err
	}
	_, parts, err := entry.Undo(before[0], all)
	if err != nil {
		return whole, nil, err
	}
	ids := []string{id}
	for _, part := range parts {
		ids = append(ids, part.ID)
	}
	ctx, locked, unlock, err := es.lockEntries(ctx, ids)
	if err != nil {
		return whole, nil, err
	}
	defer unlock()
	if all, err = es.entriesOf(ctx, locked[0].Month); err != nil {
		return whole, nil, err
	}
	if whole, gone, err = entry.Undo(locked[0], all); err != nil {
		return whole, nil, err
	}
	if len(gone) != len(parts) {
		return whole, nil, fmt.Errorf("the parts of entry %s were changed by somebody else in this moment; look at them and try again", id)
	}
	c, err := es.home.Config(ctx)
	if err != nil {
		return whole, nil, err
	}
	desk := es.newEntryDesk(c)
	var change entryChange
	for _, part := range gone {
		if err := desk.offInvoice(ctx, part); err != nil {
			return whole, nil, err
		}
		change.remove = append(change.remove, part.ID)
	}
	if !slices.Contains(change.remove, id) {
		change.put = []entry.Entry{whole}
	}
	change.note(es.home.User, "undo", whole, fmt.Sprintf("%d taken back", len(gone)), reason)
	return whole, gone, es.changeEntries(ctx, change)
}

// Add records an entry that a person writes, for an account or for a billing
// group; see entry.NewCustom. With terms it is applied at once; for a group, it is
// that group's. The payer may be left out where only one is declared.
func (es *Entries) Add(ctx context.Context, e entry.Entry, terms *Terms, reason string) (entry.Entry, error) {
	e, err := entry.NewCustom(e, ulid.Make().String())
	if err != nil {
		return e, err
	}
	months := []billing.Period{e.Month}
	if terms != nil {
		months = append(months, terms.Into)
	}
	ctx, unlock, err := es.lockMonths(ctx, months)
	if err != nil {
		return e, err
	}
	defer unlock()
	c, err := es.home.Config(ctx)
	if err != nil {
		return e, err
	}
	desk := es.newEntryDesk(c)
	if e.Group != "" {
		if err := desk.owners.payable(e.Group); err != nil {
			return e, err
		}
	}
	if e.Account != "" {
		if e.Payer == "" && len(c.Payers) == 1 {
			e.Payer = c.Payers[0].ID
		}
		e.AccountName = accountName(c, e.Account)
	}
	if e.Payer != "" {
		payer, err := month.PayerOf(c, e.Payer)
		if err != nil {
			return e, err
		}
		e.Provider = payer.Provider
	}
	var change entryChange
	change.note(es.home.User, "add", e, fmt.Sprintf("%s %s, %s", e.Amount, e.Currency, e.Description), reason)
	if terms != nil {
		if e, err = desk.apply(ctx, e, *terms, ""); err != nil {
			return e, err
		}
		change.note(es.home.User, "apply", e, decided(e), reason)
	}
	change.put = []entry.Entry{e}
	return e, es.changeEntries(ctx, change)
}
