package adjustment

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/entry"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/store"
)

//go:embed sql/priced.sql
var pricedSQL string

// Collect brings the adjusting entries of a month, which is locked, in
// step with the loads in force (R28), and lets the rules decide on those that
// nobody decided on (R27). Where the loads are those of the last time, the lake
// is not read again.
func (es *Entries) Collect(ctx context.Context, c billing.Config, period billing.Period) error {
	known, err := es.entriesOf(ctx, period)
	if err != nil {
		return err
	}
	change, err := es.deliveredEntries(ctx, c, period, known)
	if err != nil {
		return err
	}
	rulings, err := es.newEntryDesk(c).rulings(ctx, afterEntries(known, change))
	if err != nil {
		return err
	}
	change.follow(es.home.User, rulings)
	return es.changeEntries(ctx, change)
}

// deliveredEntries is what the loads in force change in a month's entries.
func (es *Entries) deliveredEntries(ctx context.Context, c billing.Config, period billing.Period, known []entry.Entry) (change entryChange, err error) {
	loads, _, err := es.home.InForce(ctx, c, period)
	if err != nil {
		return change, err
	}
	ids, files := loadIDs(loads), []string{}
	collected, _, err := es.home.Store.EntryLoads(ctx, period)
	if err != nil || slices.Equal(ids, collected) {
		return change, err
	}
	for _, l := range loads {
		if month.CheckLayout(l) != nil {
			return change, nil // whoever works with the month is told to load it again
		}
		more, err := es.home.Lake.LineItems(period, l.Payer, l.ID)
		if err != nil {
			return change, err
		}
		files = append(files, more...)
	}
	s, err := es.home.Engine.Session(ctx)
	if err != nil {
		return change, err
	}
	defer s.Close()
	delivered, err := entry.Collect(ctx, s, period, files)
	if err != nil {
		return change, err
	}
	changes := entry.Delivered(known, delivered)
	change.put, change.remove = changes.Put, changes.Remove
	change.collected = &store.Collection{Period: period, Loads: ids}
	for _, e := range changes.Put {
		if e.Origin == entry.Difference {
			change.note(es.home.User, "difference", e, fmt.Sprintf("a new delivery differs from %s by %s %s", e.Of, e.Amount, e.Currency), "")
		}
	}
	return change, nil
}

// loadIDs are the ids of loads, sorted.
func loadIDs(loads []store.Load) []string {
	ids := []string{}
	for _, l := range loads {
		ids = append(ids, l.ID)
	}
	slices.Sort(ids)
	return ids
}

// afterEntries is what entries are after a change.
func afterEntries(known []entry.Entry, change entryChange) []entry.Entry {
	replaced := map[string]bool{}
	for _, id := range change.remove {
		replaced[id] = true
	}
	for _, e := range change.put {
		replaced[e.ID] = true
	}
	after := slices.DeleteFunc(slices.Clone(known), func(e entry.Entry) bool { return replaced[e.ID] })
	after = append(after, change.put...)
	entry.Sort(after)
	return after
}

// Ruling says what a rule does to an entry.
type Ruling struct {
	Entry  entry.Entry `json:"entry"` // as it is after that
	Rule   string      `json:"rule"`
	Action string      `json:"action"`
	// Refused says why the rule could not be followed; the entry stays open.
	Refused string `json:"refused,omitempty"`
}

// rulings are what the rules of the configuration do to a month's entries that
// nobody decided on: each is applied to its own month, or kept.
func (d *entryDesk) rulings(ctx context.Context, entries []entry.Entry) ([]Ruling, error) {
	rulings := []Ruling{}
	for _, e := range entries {
		r, ok := entry.Match(d.owners.config.EntryRules, e)
		if !ok || !e.Undecided() {
			continue
		}
		ruling := Ruling{Entry: e, Rule: r.ID, Action: r.Action}
		var err error
		if r.Action == entry.ActionKeep {
			ruling.Entry, err = e.Keep(r.ID)
		} else {
			ruling.Entry, err = d.apply(ctx, e, Terms{Into: e.Month, Group: r.Group, TaxFree: r.TaxFree}, r.ID)
		}
		if errors.Is(err, errRecords) {
			return nil, err
		}
		if err != nil {
			ruling.Refused = err.Error()
		}
		rulings = append(rulings, ruling)
	}
	return rulings, nil
}

// follow adds to a change what the rules do.
func (c *entryChange) follow(by string, rulings []Ruling) {
	for _, r := range rulings {
		if r.Refused != "" {
			continue
		}
		c.put = slices.DeleteFunc(c.put, func(e entry.Entry) bool { return e.ID == r.Entry.ID })
		c.put = append(c.put, r.Entry)
		c.note(by, r.Action, r.Entry, decided(r.Entry), "rule "+r.Rule)
	}
}

// Rules lets the rules of the configuration decide on a month's entries that
// nobody decided on, as every load of the month does, and returns what they did;
// with dryRun what they would do.
func (es *Entries) Rules(ctx context.Context, period billing.Period, dryRun bool) ([]Ruling, error) {
	ctx, c, unlock, err := es.home.LockConfig(ctx, period)
	if err != nil {
		return nil, err
	}
	defer unlock()
	entries, err := es.entriesOf(ctx, period)
	if err != nil {
		return nil, err
	}
	rulings, err := es.newEntryDesk(c).rulings(ctx, entries)
	if err != nil || dryRun {
		return rulings, err
	}
	var change entryChange
	change.follow(es.home.User, rulings)
	return rulings, es.changeEntries(ctx, change)
}

// Price tells the entries that price rules of class entry bill from the
// others, in a month whose charges are open: they cannot be applied as well. What
// a rule applied gives way to the price; what a person applied holds the close.
func (es *Entries) Price(ctx context.Context, m *month.Work) error {
	rows, err := engine.Collect(ctx, m.Session, func(e *entry.Entry) []any {
		return []any{&e.Payer, &e.Account, &e.ProviderInvoice, &e.LineType, &e.ServiceCode, &e.UsageType, &e.Description, &e.Currency}
	}, pricedSQL)
	if err != nil {
		return fmt.Errorf("finding the adjusting entries of %s that price rules bill: %w", m.Period, err)
	}
	priced := map[[8]string]bool{}
	for _, e := range rows {
		priced[pricedAs(e, e.Account)], priced[pricedAs(e, "")] = true, true
	}
	entries, err := es.entriesOf(ctx, m.Period)
	if err != nil {
		return err
	}
	desk := es.newEntryDesk(m.Config)
	var change entryChange
	for i, e := range entries {
		account := e.Account
		if e.Commitment != "" {
			account = "" // its fee is billed where its units were given to
		}
		billed := e.LineType != "" && priced[pricedAs(e, account)]
		switch {
		case billed && e.State == entry.Open:
			entries[i].State = entry.Priced
		case billed && e.State == entry.Applied:
			if e.Decided || desk.open(ctx, *e.Into, e.Group) != nil {
				m.Found = append(m.Found, billedTwice(e))
				continue
			}
			if entries[i], err = e.Restore(); err != nil {
				return err
			}
			entries[i].State, entries[i].Decided = entry.Priced, false
		case !billed && e.State == entry.Priced:
			entries[i].State = entry.Open
		default:
			continue
		}
		change.put = append(change.put, entries[i])
		change.note(es.home.User, "price", entries[i], fmt.Sprintf("%s, by the price rules of %s", entries[i].State, m.Period), "")
	}
	rulings, err := desk.rulings(ctx, entries)
	if err != nil {
		return err
	}
	change.follow(es.home.User, rulings)
	return es.changeEntries(ctx, change)
}

// pricedAs is what an entry and its charges have in common.
func pricedAs(e entry.Entry, account string) [8]string {
	return [8]string{e.Payer, account, e.ProviderInvoice, e.LineType, e.ServiceCode, e.UsageType, e.Description, string(e.Currency)}
}

func billedTwice(e entry.Entry) billing.Finding {
	return billing.Finding{
		Code: "entry-priced", Severity: billing.Hold, Subject: e.ID, Count: 1, Amount: e.Amount, Currency: string(e.Currency),
		Message: fmt.Sprintf("%s of account %s is applied to %s for %s, and a price rule of class entry bills it with the usage of %s: it would be billed twice. Take it off with `sluice entry restore %s`, or take it out of the rule",
			e.Label(), e.Account, e.Into, e.Group, e.Month, e.ID),
	}
}
