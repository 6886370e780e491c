package adjustment

import (
	"context"
	"errors"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/entry"
	"github.com/sluice-billing/sluice/internal/money"
)

// Terms are how a person applies entries.
type Terms struct {
	Into    billing.Period // month of the invoice
	Group   string         // billing group of the invoice; the owner of the entry's account where it is empty
	Rate    *money.Decimal // own exchange rate to the group's currency; nil for that of the account
	TaxFree bool
	Reason  string // for the audit; may be empty
}

// errRecords marks that the records could not be read, which is no reason to
// leave an entry as it is.
var errRecords = errors.New("the records cannot be read")

// Apply puts open entries on the invoices of a month (R27), all of them or
// none. Refused are entries that are not open, groups whose invoice of that month
// is issued, and accounts that no billing group has while no group is named.
// Drafts follow with the next close of the month.
func (es *Entries) Apply(ctx context.Context, ids []string, t Terms) ([]entry.Entry, error) {
	return es.decide(ctx, ids, []billing.Period{t.Into}, "apply", t.Reason, func(d *entryDesk, e entry.Entry) (entry.Entry, error) {
		return d.apply(ctx, e, t, "")
	})
}

// Restore makes applied and kept entries open again, all of them or none.
// Refused are those that are on an issued invoice. No rule touches them from then
// on.
func (es *Entries) Restore(ctx context.Context, ids []string, reason string) ([]entry.Entry, error) {
	return es.decide(ctx, ids, nil, "restore", reason, func(d *entryDesk, e entry.Entry) (entry.Entry, error) {
		if err := d.offInvoice(ctx, e); err != nil {
			return e, err
		}
		return e.Restore()
	})
}

// Keep leaves open entries with the reseller, all of them or none.
func (es *Entries) Keep(ctx context.Context, ids []string, reason string) ([]entry.Entry, error) {
	return es.decide(ctx, ids, nil, "keep", reason, func(_ *entryDesk, e entry.Entry) (entry.Entry, error) { return e.Keep("") })
}

// decide does something to entries while their months are locked, and returns
// them as they are then.
func (es *Entries) decide(
	ctx context.Context, ids []string, months []billing.Period, action, reason string,
	do func(*entryDesk, entry.Entry) (entry.Entry, error),
) ([]entry.Entry, error) {
	ctx, entries, unlock, err := es.lockEntries(ctx, ids, months...)
	if err != nil {
		return nil, err
	}
	defer unlock()
	c, err := es.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	desk := es.newEntryDesk(c)
	var change entryChange
	for _, e := range entries {
		done, err := do(desk, e)
		if err != nil {
			return nil, err
		}
		change.put = append(change.put, done)
		change.note(es.home.User, action, done, decided(done), reason)
	}
	return change.put, es.changeEntries(ctx, change)
}

// apply puts an entry on an invoice that can still change.
func (d *entryDesk) apply(ctx context.Context, e entry.Entry, t Terms, rule string) (entry.Entry, error) {
	terms := entry.Terms{Into: t.Into, Group: "?", Rate: t.Rate, TaxFree: t.TaxFree, Rule: rule}
	if _, err := e.Apply(terms); err != nil { // before whose it is: that may be beside the point
		return e, err
	}
	group, err := d.owners.groupFor(e, t.Group)
	if err != nil {
		return e, err
	}
	if g, _ := d.owners.tree.Group(group); t.Rate != nil && e.Currency == money.Currency(g.Currency) {
		return e, fmt.Errorf("entry %s is in %s, as the invoices of %s are; it needs no exchange rate, leave --rate out", e.ID, e.Currency, group)
	}
	if err := d.open(ctx, t.Into, group); err != nil {
		return e, d.refused(e, err)
	}
	terms.Group = group
	return e.Apply(terms)
}

// offInvoice refuses an entry that is on an issued invoice.
func (d *entryDesk) offInvoice(ctx context.Context, e entry.Entry) error {
	if e.State != entry.Applied {
		return nil
	}
	err := d.open(ctx, *e.Into, e.Group)
	var issued *issuedError
	if errors.As(err, &issued) {
		return fmt.Errorf("entry %s is on %s of %s for %s, which is issued and never changes; correct it with a credit note, or add an entry that takes it back with `sluice entry add`", e.ID, issued.number, issued.group, issued.period)
	}
	return err
}

// refused names the entry that an invoice refuses; other errors are those of the
// records.
func (d *entryDesk) refused(e entry.Entry, err error) error {
	if errors.As(err, new(*issuedError)) {
		return fmt.Errorf("entry %s: %w", e.ID, err)
	}
	return fmt.Errorf("%w: %w", errRecords, err)
}

// decided says what was decided on an entry, for the audit.
func decided(e entry.Entry) string {
	if e.State != entry.Applied {
		return fmt.Sprintf("%s %s is %s", e.Amount, e.Currency, e.State)
	}
	text := fmt.Sprintf("%s %s is applied to %s for %s", e.Amount, e.Currency, e.Into, e.Group)
	if e.Rate != nil {
		text += fmt.Sprintf(", at a rate of %s", e.Rate)
	}
	if e.TaxFree {
		text += ", free of tax"
	}
	return text
}
