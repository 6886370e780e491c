package assign

import (
	"context"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
)

// Owners that are no billing group (R1).
const (
	Reseller   = "reseller"   // the reseller's own use
	Unassigned = "unassigned" // nobody's yet; holds the close
)

// Ownership says that what an account uses with a tag set belongs to somebody
// from a day to another, inclusive.
type Ownership struct {
	Account  string
	Set      int32  // of tags; 0 is also what stands for the account itself
	Group    string // a billing group, Reseller, or the id of a pool
	From, To billing.Day
}

// openOwners makes the table owners: every account that is claimed or enrolled
// with set 0, and every other lot of the month.
func (m Month) openOwners(ctx context.Context, s engine.Session, lots []lot) error {
	byLoad := map[string][]lot{}
	for _, l := range lots {
		if l.Set != 0 {
			byLoad[l.load] = append(byLoad[l.load], l)
		}
	}
	seen, err := m.readEnrollable(ctx, s)
	if err != nil {
		return err
	}
	var rows [][]any
	for _, l := range m.Loads {
		claimed := m.claims(l.wholeMonth())
		m.enrol(claimed, l, seen[l.Payer.ID])
		add := func(c *claims, t TagSet) {
			for _, o := range m.owners(c, t) {
				rows = append(rows, []any{l.ID, o.Account, o.Set, o.From, o.To, o.Group})
			}
		}
		for _, a := range slices.Sorted(maps.Keys(claimed)) {
			add(claimed[a], TagSet{})
		}
		for _, lot := range byLoad[l.ID] {
			if c := claimed[lot.account]; c != nil {
				add(c, lot.TagSet)
			}
		}
	}
	return s.Table(ctx, "owners", []engine.TableColumn{
		{Name: "load", Type: "VARCHAR"}, {Name: "account", Type: "VARCHAR"}, {Name: "tag_set", Type: "INTEGER"},
		{Name: "from_day", Type: "DATE"}, {Name: "to_day", Type: "DATE"}, {Name: "owner", Type: "VARCHAR"},
	}, rows)
}

// ReadOwners reads the table owners, by load: sorted by account, set and day.
func ReadOwners(ctx context.Context, s engine.Session) (map[string][]Ownership, error) {
	type row struct {
		load, from, to string
		Ownership
	}
	rows, err := engine.Collect(ctx, s, func(r *row) []any {
		return []any{&r.load, &r.Account, &r.Set, &r.from, &r.to, &r.Group}
	}, "SELECT load, account, tag_set, CAST(from_day AS VARCHAR), CAST(to_day AS VARCHAR), owner FROM owners ORDER BY 1, 2, 3, 4")
	if err != nil {
		return nil, err
	}
	all := map[string][]Ownership{}
	for _, r := range rows {
		if r.From, err = billing.ParseDay(r.from); err != nil {
			return nil, err
		}
		if r.To, err = billing.ParseDay(r.to); err != nil {
			return nil, err
		}
		all[r.load] = append(all[r.load], r.Ownership)
	}
	return all, nil
}
