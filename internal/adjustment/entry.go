package adjustment

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/entry"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/statement"
	"github.com/sluice-billing/sluice/internal/store"
)

// Filter bounds a list of adjusting entries; what is left out bounds
// nothing.
type Filter struct {
	State          entry.State
	Kind           entry.Kind
	Account, Payer string
	Group          string // that has it on its invoice, or owns its account
}

// Listed is an adjusting entry with whose it is.
type Listed struct {
	entry.Entry
	// Owner is who has the entry's account on its day: a billing group, a pool,
	// reseller or unassigned.
	Owner string `json:"owner"`
}

// List returns the adjusting entries that occurred in a month, are applied to
// it, or are to be applied in it, by payer, account and day.
func (es *Entries) List(ctx context.Context, period billing.Period, f Filter) ([]Listed, error) {
	c, err := es.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	entries, err := es.entries(ctx, period)
	if err != nil {
		return nil, err
	}
	owners := newEntryOwners(c)
	listed := []Listed{}
	for _, e := range entries {
		l := Listed{e, owners.of(e)}
		if (f.State == "" || f.State == e.State) && (f.Kind == "" || f.Kind == e.Kind) && (f.Account == "" || f.Account == e.Account) &&
			(f.Payer == "" || f.Payer == e.Payer) && (f.Group == "" || f.Group == cmp.Or(e.Group, l.Owner)) {
			listed = append(listed, l)
		}
	}
	return listed, nil
}

// entries reads what Entries lists.
func (es *Entries) entries(ctx context.Context, period billing.Period) ([]entry.Entry, error) {
	stored, err := es.home.Store.Entries(ctx, period)
	if err != nil {
		return nil, err
	}
	entries := make([]entry.Entry, len(stored))
	for i, s := range stored {
		if entries[i], err = Of(s); err != nil {
			return nil, err
		}
	}
	entry.Sort(entries)
	return entries, nil
}

// entriesOf returns the entries that occurred in a month.
func (es *Entries) entriesOf(ctx context.Context, period billing.Period) ([]entry.Entry, error) {
	entries, err := es.entries(ctx, period)
	return slices.DeleteFunc(entries, func(e entry.Entry) bool { return e.Month != period }), err
}

// Of reads an entry from its record.
func Of(s store.Entry) (e entry.Entry, err error) {
	if err := json.Unmarshal(s.Document, &e); err != nil {
		return e, fmt.Errorf("the record of adjusting entry %s: %w", s.ID, err)
	}
	return e, nil
}

// entryChange is what is done to entries in one step, all of it or nothing.
type entryChange struct {
	put       []entry.Entry
	remove    []string
	collected *store.Collection
	audit     []store.AuditEntry
}

// note adds to the audit what was done to an entry, and why.
func (c *entryChange) note(by, action string, e entry.Entry, detail, reason string) {
	if reason != "" {
		detail += ": " + reason
	}
	c.audit = append(c.audit, store.AuditEntry{By: by, Action: "entry." + action, Subject: e.ID, Detail: detail})
}

func (es *Entries) changeEntries(ctx context.Context, change entryChange) error {
	if change.collected == nil && len(change.put)+len(change.remove) == 0 {
		return nil
	}
	record := store.EntryChange{Remove: change.remove, Collected: change.collected, Audit: change.audit}
	for _, e := range change.put {
		document, err := json.Marshal(e)
		if err != nil {
			return err
		}
		s := store.Entry{ID: e.ID, Period: e.Month, Document: document}
		if e.Into != nil {
			s.AppliedTo = *e.Into
		}
		if e.Due != nil {
			s.Due = *e.Due
		}
		record.Put = append(record.Put, s)
	}
	return es.home.Store.ChangeEntries(ctx, record)
}

// Onto puts the entries that are applied to a month on the statements of
// their groups (R27); groups that have nothing else get a statement. It is an
// error when one is applied for a group that cannot have it any more.
func (es *Entries) Onto(ctx context.Context, period billing.Period, c billing.Config, statements []statement.Statement) ([]statement.Statement, error) {
	entries, err := es.entries(ctx, period)
	if err != nil {
		return nil, err
	}
	owners := newEntryOwners(c)
	for _, e := range entries {
		if e.State != entry.Applied || *e.Into != period {
			continue
		}
		if err := owners.payable(e.Group); err != nil {
			return nil, fmt.Errorf("adjusting entry %s is applied to %s for it: %w; `sluice entry restore %s` takes it off, unless its invoice is issued: then declare the group as it was", e.ID, period, err, e.ID)
		}
	}
	return entry.OnStatements(statements, entries, period, c), nil
}

// entryOwners knows whose accounts are, for many entries.
type entryOwners struct {
	config billing.Config
	tree   assign.Tree
	owned  map[string]map[string][]assign.Ownership // by month and payer, then account
}

func newEntryOwners(c billing.Config) entryOwners {
	return entryOwners{c, assign.TreeOf(c), map[string]map[string][]assign.Ownership{}}
}

// of returns who has an entry's account on the entry's day, or the day of its
// month nearest to that (R1–R4); tags decide nothing here.
func (o entryOwners) of(e entry.Entry) string {
	if e.Account == "" {
		return e.Group
	}
	key := e.Month.String() + " " + e.Payer
	if o.owned[key] == nil {
		payer, err := month.PayerOf(o.config, e.Payer)
		if err != nil { // not declared any more: its accounts are as anybody's
			payer = billing.Payer{ID: e.Payer}
		}
		o.owned[key] = map[string][]assign.Ownership{}
		month := assign.Month{Period: e.Month, Config: o.config}
		for _, owned := range month.Ownerships(assign.Load{Payer: payer}) {
			o.owned[key][owned.Account] = append(o.owned[key][owned.Account], owned)
		}
	}
	day := min(max(e.Start, e.Month.FirstDay()), e.Month.LastDay())
	has := func(x assign.Ownership) bool { return x.From <= day && day <= x.To }
	owned := o.owned[key][e.Account]
	if !slices.ContainsFunc(owned, has) {
		owned = o.enrolled(e)
	}
	if i := slices.IndexFunc(owned, has); i >= 0 {
		return owned[i].Group
	}
	return assign.Unassigned
}

// enrolled returns who enrols an entry's account, on which days of its month.
func (o entryOwners) enrolled(e entry.Entry) []assign.Ownership {
	payer, err := month.PayerOf(o.config, e.Payer)
	if err != nil { // not declared any more: nobody enrols its accounts
		return nil
	}
	return assign.Month{Period: e.Month, Config: o.config}.Enrolled(assign.Load{Payer: payer}, e.Account)
}

// groupFor returns the billing group that an entry is applied for: the named one,
// or the owner of the entry's account, or where that buys from another group, the
// outermost one: the reseller bills nobody else.
func (o entryOwners) groupFor(e entry.Entry, named string) (string, error) {
	if named != "" {
		if err := o.payable(named); err != nil {
			return "", fmt.Errorf("entry %s: %w", e.ID, err)
		}
		return named, nil
	}
	owner := o.of(e)
	if g, ok := o.tree.Group(owner); ok {
		return o.outermost(g).ID, nil
	}
	switch owner {
	case assign.Unassigned:
		return "", fmt.Errorf("entry %s: account %s belongs to nobody on %s; claim it in a billing group, or name the group that is billed with --group", e.ID, e.Account, e.Start)
	case assign.Reseller:
		return "", fmt.Errorf("entry %s: account %s is the reseller's own; name the billing group that is billed with --group, or leave the entry to the reseller with `sluice entry keep %s`", e.ID, e.Account, e.ID)
	}
	return "", fmt.Errorf("entry %s: account %s is shared in pool %s; name the billing group that is billed with --group, or divide the entry with `sluice entry allocate %s`", e.ID, e.Account, owner, e.ID)
}

// outermost is the group that buys from the reseller, on the way up from a group.
func (o entryOwners) outermost(g billing.BillingGroup) billing.BillingGroup {
	seen := map[string]bool{}
	for g.Parent != "" && !seen[g.ID] {
		seen[g.ID] = true
		parent, ok := o.tree.Group(g.Parent)
		if !ok {
			break
		}
		g = parent
	}
	return g
}

// payable refuses a group that the reseller does not bill.
func (o entryOwners) payable(group string) error {
	g, ok := o.tree.Group(group)
	switch {
	case !ok:
		return fmt.Errorf("billing group %q is not declared", group)
	case g.Parent != "":
		return fmt.Errorf("billing group %s buys from %s, which sends its invoices: entries of the reseller are billed to %s, which may pass them on as additional items", group, g.Parent, o.outermost(g).ID)
	}
	return nil
}

// entryDesk decides on entries while their months are locked.
type entryDesk struct {
	entries *Entries
	owners  entryOwners
	issued  map[billing.Period]map[string]string // number of a document in force by month and group
}

func (es *Entries) newEntryDesk(c billing.Config) *entryDesk {
	return &entryDesk{es, newEntryOwners(c), map[billing.Period]map[string]string{}}
}

// open refuses a month and group whose invoice can no longer change.
func (d *entryDesk) open(ctx context.Context, period billing.Period, group string) error {
	if d.issued[period] == nil {
		documents, err := d.entries.home.Documents(ctx, period)
		if err != nil {
			return err
		}
		d.issued[period] = invoice.NumbersInForce(documents)
	}
	if number := d.issued[period][group]; number != "" {
		return &issuedError{number, period, group}
	}
	return nil
}

// issuedError says that an invoice stands in the way.
type issuedError struct {
	number string
	period billing.Period
	group  string
}

func (e *issuedError) Error() string {
	return fmt.Sprintf("%s of %s for %s is issued and never changes; apply the entry to a later month, or close %s again and correct the invoice with a credit or debit note", e.number, e.group, e.period, e.period)
}

// lockEntries locks the months of entries, those they are applied to, and more,
// and returns the entries as nobody else can change them any more.
func (es *Entries) lockEntries(ctx context.Context, ids []string, more ...billing.Period) (locked context.Context, entries []entry.Entry, unlock func(), err error) {
	before, err := es.readEntries(ctx, ids)
	if err != nil {
		return ctx, nil, nil, err
	}
	months := slices.Clone(more)
	for _, e := range before {
		months = append(months, monthsOf(e)...)
	}
	if locked, unlock, err = es.lockMonths(ctx, months); err != nil {
		return ctx, nil, nil, err
	}
	if entries, err = es.readEntries(locked, ids); err != nil {
		unlock()
		return ctx, nil, nil, err
	}
	for i, e := range entries {
		if !slices.Equal(monthsOf(e), monthsOf(before[i])) {
			unlock()
			return ctx, nil, nil, fmt.Errorf("entry %s was changed by somebody else in this moment; look at it and try again", e.ID)
		}
	}
	return locked, entries, unlock, nil
}

func monthsOf(e entry.Entry) []billing.Period {
	if e.Into != nil {
		return []billing.Period{e.Month, *e.Into}
	}
	return []billing.Period{e.Month}
}

// readEntries reads entries by their ids, each once.
func (es *Entries) readEntries(ctx context.Context, ids []string) ([]entry.Entry, error) {
	if len(ids) == 0 {
		return nil, errors.New("no entry is named")
	}
	var entries []entry.Entry
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			continue
		}
		s, err := es.home.Store.Entry(ctx, id)
		if err != nil {
			return nil, err
		}
		e, err := Of(s)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// lockMonths locks several months, or none.
func (es *Entries) lockMonths(ctx context.Context, months []billing.Period) (locked context.Context, unlock func(), err error) {
	slices.SortFunc(months, func(a, b billing.Period) int { return a.Start().Compare(b.Start()) })
	var taken []func()
	unlock = func() {
		for _, u := range taken {
			u()
		}
	}
	locked = ctx
	for _, m := range slices.Compact(months) {
		next, u, err := es.home.Lock(locked, m)
		if err != nil {
			unlock()
			return ctx, nil, err
		}
		locked, taken = next, append(taken, u)
	}
	return locked, unlock, nil
}
